import { formatBytes, plural } from '../core/bytes.ts'
import { shortDigest } from '../core/digest.ts'
import type { SimulationReport } from '../lifecycle/reports.ts'
import type { ImageChange, ImageLine, RepositorySimulation, Totals } from '../lifecycle/repository.ts'
import { paragraph, table } from './text.ts'

const shown = 15

/** What policies would take: repositories where something goes or is dangerous first, then the others in one line. */
export function simulationText(report: SimulationReport, options: { all: boolean }): string {
  const { repositories, inUseNotKnown, at } = report
  const loud = repositories.filter((each) => options.all || says(each))
  const quiet = repositories.filter((each) => !loud.includes(each))
  const parts = loud.map((each) => repositoryText(each, options.all))
  parts.push(...quietText(quiet))
  if (inUseNotKnown.length > 0) parts.push(notKnownText(inUseNotKnown))
  const simulated = report.simulated ? 'simulated by the sandbox; ' : ''
  parts.push(
    paragraph(
      `${report.registry}, ${simulated}as of ${at.slice(0, 16).replace('T', ' ')} UTC. ECR acts within 24 hours. Nothing was changed.`,
    ),
  )
  return parts.join('\n\n')
}

function says({ status, totals, warnings, changes, today }: RepositorySimulation): boolean {
  if (status === 'unknown' || today?.status === 'unknown' || (changes?.length ?? 0) > 0) return true
  return totals.expired + totals.archived > 0 || warnings.some(({ severity }) => severity === 'danger')
}

function repositoryText(found: RepositorySimulation, all: boolean): string {
  const { repository, status, reason, rules, images, warnings, totals } = found
  if (status === 'unknown') return table([['UNKNOWN', repository, reason ?? '']])
  const parts = [paragraph(`${repository}: ${totalsText(totals)}.${comparison(found)}`)]
  if (rules.length > 0) parts.push(rulesText(found))
  const dangers = warnings.map(({ severity, text }) => [severity === 'danger' ? 'DANGER' : 'note', text])
  if (dangers.length > 0) parts.push(table(dangers, { indent: 2 }))
  const listed = all ? images : images.filter(({ outcome }) => outcome !== 'kept')
  if (listed.length > 0) parts.push(imagesText(listed, all))
  if (found.changes && found.changes.length > 0) parts.push(changesText(found.changes, all))
  return parts.join('\n')
}

function totalsText({ kept, expired, archived, bytes }: Totals): string {
  const gone = [
    ...(expired > 0 ? [`${plural(expired, 'image')} would expire (${formatBytes(bytes)} at most)`] : []),
    ...(archived > 0 ? [`${plural(archived, 'image')} would be archived`] : []),
  ]
  return [...(gone.length > 0 ? gone : ['nothing would go']), `${kept} would stay`].join(', ')
}

/** Only where another policy was given than the one that is there. */
function comparison({ today }: RepositorySimulation): string {
  if (!today) return ''
  if (today.status === 'unknown') return ` What today's policy does is not known: ${today.reason}`
  if (today.status === 'no-policy' || !today.totals) return ' Today it has no policy.'
  return ` With today's policy: ${totalsText(today.totals)}.`
}

function rulesText({ rules }: RepositorySimulation): string {
  const head = ['RULE', 'WHAT', 'LOOKS AT', 'TAKES', 'SHIELDED', 'HELD']
  const rows = rules.map(({ priority, words, identified, taken, shielded, held }) => [
    String(priority),
    words,
    ...[identified, taken, shielded, held].map(String),
  ])
  return table([head, ...rows], { indent: 2 })
}

function imagesText(images: readonly ImageLine[], all: boolean): string {
  const head = ['IMAGE', 'SIZE', 'WHAT', 'WHY']
  const rows = images
    .slice(0, all ? undefined : shown)
    .map((image) => [
      nameOf(image),
      formatBytes(image.bytes),
      `${image.outcome}${image.unlessChild ? '?' : ''}`,
      image.why,
    ])
  return [table([head, ...rows], { indent: 2 }), ...moreText(images.length, all)].join('\n')
}

function changesText(changes: readonly ImageChange[], all: boolean): string {
  const head = ['CHANGES', 'TODAY', 'PROPOSED', 'WHY']
  const rows = changes
    .slice(0, all ? undefined : shown)
    .map((change) => [nameOf(change), change.today, change.proposed, change.why])
  return [table([head, ...rows], { indent: 2 }), ...moreText(changes.length, all)].join('\n')
}

function moreText(count: number, all: boolean): string[] {
  return all || count <= shown ? [] : [`  and ${count - shown} more; --all shows every one`]
}

function nameOf({ tags, digest }: { tags: readonly string[]; digest: string }): string {
  if (tags.length === 0) return shortDigest(digest)
  return `${tags.slice(0, 2).join(', ')}${tags.length > 2 ? `, +${tags.length - 2}` : ''} (${shortDigest(digest)})`
}

function quietText(quiet: readonly RepositorySimulation[]): string[] {
  const named = (list: readonly RepositorySimulation[]) => {
    const names = list.slice(0, 8).map(({ repository }) => repository)
    return `${names.join(', ')}${list.length > 8 ? ` and ${list.length - 8} more` : ''}`
  }
  const without = quiet.filter(({ status }) => status === 'no-policy')
  const calm = quiet.filter(({ status }) => status !== 'no-policy')
  return [
    ...(calm.length > 0 ? [paragraph(`Nothing would go from: ${named(calm)}.`)] : []),
    ...(without.length > 0 ? [paragraph(`Without a policy, so nothing ever goes: ${named(without)}.`)] : []),
  ]
}

/** What nobody could ask looks unused. */
export function notKnownText(reasons: readonly string[]): string {
  return [
    paragraph('Not known to be in use (what only these run looks unused):'),
    ...reasons.map((reason) => paragraph(reason, { indent: 2 })),
  ].join('\n')
}
