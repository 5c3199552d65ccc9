import type { UnusedReport, UnusedRepository } from '../audit/unused.ts'
import { formatBytes, plural } from '../core/bytes.ts'
import { shortDigest } from '../core/digest.ts'
import { paragraph, plainText, table } from './text.ts'

export interface UnusedTextOptions {
  width?: number
  /** Every image, and repositories that are used. */
  all?: boolean
}

const imagesShown = 5

/** What can go first, with what it costs and whether a snapshot holds it; then why that is no proof. */
export function unusedText(
  report: UnusedReport,
  { width = 100, all = false }: UnusedTextOptions = {},
): string {
  const { repositories, doubts } = report
  const order = ['unused', 'empty', 'partly', 'unknown', 'used']
  const shown = repositories
    .filter(({ verdict }) => all || verdict !== 'used')
    .sort((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict) || b.bytes - a.bytes)
  const parts = shown.map((one) => repositoryText(one, { width, all }))
  parts.push(paragraph(totalText(report), { width }))
  if (doubts.length > 0)
    parts.push(
      [
        'No proof, because:',
        ...doubts.map((doubt) => paragraph(`- ${plainText(doubt)}`, { width, indent: 2 })),
      ].join('\n'),
    )
  if (shown.some(({ held }) => held === false))
    parts.push('Not everything is in a snapshot yet:\n  holdfast backup')
  if (report.simulated) parts.push('Simulated: this registry is the sandbox.')
  return parts.join('\n\n')
}

function totalText({ totals, days, price }: UnusedReport): string {
  if (totals.images + totals.repositories === 0)
    return `Nothing is unused: everything was pushed, pulled or in use within ${days} days.`
  const repositories = plural(totals.repositories, 'repository', 'repositories')
  const cost = `at most ${formatBytes(totals.bytes)}, ${totals.usdMonth.toFixed(2)} USD a month`
  return `${repositories} unused or empty; ${plural(totals.images, 'image')} unused: ${cost} (${price}; layers that images share are counted with each).`
}

function repositoryText(one: UnusedRepository, { width, all }: { width: number; all: boolean }): string {
  const { repository, verdict, reason, images, held, bytes, usdMonth } = one
  const size = images.length > 0 ? `  ${formatBytes(bytes)}, ${usdMonth.toFixed(2)} USD a month` : ''
  const snapshot = held === undefined ? '' : held ? '  in a snapshot' : '  NOT in a snapshot'
  const lines = [
    `${plainText(repository)}  ${verdict}${size}${snapshot}`,
    paragraph(plainText(reason), { width, indent: 2 }),
  ]
  const rows = (all ? images : images.slice(0, imagesShown)).map((image) => [
    image.tags.length > 0 ? plainText(image.tags.slice(0, 2).join(', ')) : '(untagged)',
    shortDigest(image.digest),
    formatBytes(image.bytes),
    plainText(image.reason),
  ])
  if (rows.length > 0) lines.push(table(rows, { indent: 2 }))
  if (rows.length < images.length) lines.push(`  and ${images.length - rows.length} more (--all shows them)`)
  return lines.join('\n')
}
