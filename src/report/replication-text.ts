import { plural } from '../core/bytes.ts'
import { shortDigest } from '../core/digest.ts'
import type { BackfilledDestination, BackfillReport } from '../remediate/replication/backfill.ts'
import type { CheckedDestination, ReplicationCheck } from '../remediate/replication/check.ts'
import type { Difference } from '../remediate/replication/differences.ts'
import { paragraph, plainText, table } from './text.ts'

export interface ReplicationTextOptions {
  width?: number
  /** Every difference. */
  all?: boolean
}

const shownOf = 20

/** Destination by destination: what was compared, what differs, and what to do about it. */
export function replicationCheckText(
  report: ReplicationCheck,
  { width = 100, all = false }: ReplicationTextOptions = {},
): string {
  const parts = report.destinations.map((one) => destinationText(one, { width, all }))
  parts.push(...verdict(report).map((text) => paragraph(text, { width })))
  if (report.simulated) parts.push('Simulated: this registry is the sandbox.')
  return parts.join('\n\n')
}

function verdict({ rules, equal, complete, destinations, registry }: ReplicationCheck): string[] {
  if (rules === 0)
    return [
      `${registry} has no replication rule: its images are nowhere else. holdfast plan --control replication-configured`,
    ]
  const words = equal
    ? [complete ? 'Every copy is what is here.' : 'Nothing differs where it could be compared.']
    : []
  const kinds = new Set(destinations.flatMap(({ differences }) => differences).map(({ kind }) => kind))
  if (kinds.has('repository-missing') || kinds.has('image-missing') || kinds.has('tag-missing'))
    words.push(
      'What was pushed before the rule is copied by a backfill: holdfast replication backfill. What was pushed since should have come by itself: see docs/replication.md for what keeps it away.',
    )
  if (kinds.has('tag-differs') || kinds.has('tag-extra') || kinds.has('image-extra'))
    words.push(
      'ECR replicates no deletion and no tag that was taken away, and a tag that cannot move there stays where it is.',
    )
  return words
}

function destinationText(one: CheckedDestination, { width, all }: { width: number; all: boolean }): string {
  const { registry, notCompared, differences } = one
  if (notCompared !== undefined)
    return `${plainText(registry)}: NOT COMPARED\n${paragraph(notCompared, { width, indent: 2 })}`
  const compared = `${plural(one.repositories, 'repository', 'repositories')}, ${plural(one.images, 'image')}, ${plural(one.tags, 'tag')} compared`
  const result = differences.length === 0 ? 'the same' : plural(differences.length, 'difference')
  const shown = all ? differences : differences.slice(0, shownOf)
  const lines = [paragraph(`${registry}: ${compared}: ${result}`, { width })]
  if (shown.length > 0) lines.push(table(shown.map(differenceRow), { width, indent: 2 }))
  if (shown.length < differences.length)
    lines.push(`  and ${differences.length - shown.length} more (--all shows them)`)
  return lines.join('\n')
}

function differenceRow(one: Difference): string[] {
  return [words[one.kind], one.repository, subjectOf(one), notesOf(one)]
}

const words: Record<Difference['kind'], string> = {
  'repository-missing': 'no repository',
  'image-missing': 'missing',
  'image-extra': 'only there',
  'tag-missing': 'tag missing',
  'tag-extra': 'tag only there',
  'tag-differs': 'other image',
}

function subjectOf({ tag, tags = [], digest, images }: Difference): string {
  if (images !== undefined) return plural(images, 'image')
  if (tag !== undefined) return tag
  const named = tags.length > 0 ? `${tags.slice(0, 3).join(', ')} ` : 'untagged '
  return `${named}${shortDigest(digest ?? '')}`
}

function notesOf({ kind, digest = '', there = '', recent, archived }: Difference): string {
  if (kind === 'tag-differs') return `here ${shortDigest(digest)}, there ${shortDigest(there)}`
  if (archived) return 'in the archive here: not copied'
  return recent ? 'pushed lately: may be on its way' : ''
}

export function backfillText(report: BackfillReport, { width = 100 }: { width?: number } = {}): string {
  const parts = report.destinations.map((one) => backfilledText(one, width))
  if (report.dryRun) parts.push('Nothing was started.')
  else if (!report.complete)
    parts.push(
      paragraph('Not everything is there. What differs: holdfast replication check --all', { width }),
    )
  if (report.simulated) parts.push('Simulated: this registry is the sandbox.')
  return parts.join('\n\n')
}

function backfilledText(one: BackfilledDestination, width: number): string {
  const lines = [paragraph(`${one.registry}: ${outcomeWords(one)}`, { width })]
  const failures = one.failures ?? []
  if (failures.length > 0)
    lines.push(
      table(
        failures
          .slice(0, shownOf)
          .map(({ repository, tag, digest, code }) => [repository, tag ?? shortDigest(digest), code]),
        { width, indent: 2 },
      ),
    )
  if (failures.length > shownOf) lines.push(`  and ${failures.length - shownOf} more (in the JSON)`)
  return lines.join('\n')
}

function outcomeWords({
  outcome,
  copied = 0,
  total,
  failed = 0,
  missing,
  failureCode,
}: BackfilledDestination) {
  const left = missing === undefined ? 'not compared: another account' : `${missing} missing`
  if (outcome === 'not-needed') return 'nothing is missing'
  if (outcome === 'would-start') return `${left}: a backfill would be started`
  const counts = `${copied}${total === undefined ? '' : ` of ${total}`} copied, ${failed} failed`
  const how = { done: 'done', failed: `failed (${failureCode ?? 'not told why'})`, stopped: 'stopped' }[
    outcome
  ]
  return `${how}: ${counts}; now ${left}`
}
