import { plural } from '../core/bytes.ts'
import { shortDigest } from '../core/digest.ts'
import type { HistoryReport, Moment, TagChange } from '../vault/history.ts'
import { paragraph, plainText, table } from './text.ts'

const shown = 50

/** When tags moved; for one tag also where it was in each snapshot. */
export function historyText(report: HistoryReport): string {
  const parts = report.tag === undefined ? repositoryText(report) : tagText(report, report.tag)
  if (report.unreadable.length > 0) {
    const lines = report.unreadable.map(({ key, reason }) => paragraph(`${key}: ${reason}`, { indent: 2 }))
    parts.push(['Not read, so not in here (`holdfast verify` tells more):', ...lines].join('\n'))
  }
  if (report.simulated) parts.push('Simulated: the snapshots were made from the sandbox.')
  return parts.join('\n\n')
}

function tagText({ repository, moments, changes }: HistoryReport, tag: string): string[] {
  const name = plainText(`${repository}:${tag}`)
  if (changes.length === 0) return [`${name} is in none of ${plural(moments.length, 'snapshot')}.`]
  const moved = new Map(changes.map((change) => [change.snapshot, change]))
  const rows = moments.map((moment) => [
    moment.snapshot,
    minute(moment.time),
    moment.digest ? shortDigest(moment.digest) : moment.present ? '-' : '(no such repository)',
    moved.has(moment.snapshot) ? word(moved.get(moment.snapshot)) : '',
  ])
  const [last] = moments.slice(-1)
  return [
    `${name} in ${plural(moments.length, 'snapshot')}, oldest first`,
    table([['SNAPSHOT', 'TIME (UTC)', 'DIGEST', ''], ...newest(rows)]),
    ...cut(rows),
    ['In full:', ...inFull(moments)].join('\n'),
    ...howTo(last, repository, tag),
  ]
}

/** One line to copy. */
function howTo(last: Moment | undefined, repository: string, tag: string): string[] {
  if (!last) return []
  const name = `--repository ${plainText(repository)} --tag ${plainText(tag)}`
  return [
    `To have one of them back beside what is there now:\n  holdfast restore SNAPSHOT ${name} --prefix old/`,
  ]
}

function inFull(moments: readonly Moment[]): string[] {
  const digests = new Set(moments.map(({ digest }) => digest).filter((digest) => digest !== undefined))
  return [...digests].slice(-shown).map((digest) => `  ${digest}`)
}

function repositoryText({ repository, moments, changes }: HistoryReport): string[] {
  const rows = changes.map((change) => [
    change.snapshot,
    minute(change.time),
    change.tag,
    word(change),
    change.from ? shortDigest(change.from) : '',
    change.to ? shortDigest(change.to) : '',
  ])
  const head = `${plainText(repository)} in ${plural(moments.length, 'snapshot')}: ${plural(changes.length, 'change')} of tags, oldest first`
  if (rows.length === 0) return [head]
  return [head, table([['SNAPSHOT', 'TIME (UTC)', 'TAG', '', 'FROM', 'TO'], ...newest(rows)]), ...cut(rows)]
}

function word(change: TagChange | undefined): string {
  if (!change?.from) return 'new'
  return change.to ? 'moved' : 'gone'
}

const minute = (time: string): string => time.slice(0, 16).replace('T', ' ')
const newest = <T>(rows: T[]): T[] => rows.slice(-shown)

function cut(rows: readonly unknown[]): string[] {
  return rows.length > shown ? [`The newest ${shown} of ${rows.length}; --format json lists all.`] : []
}
