import { plural } from '../../core/bytes.ts'
import type { Usage } from '../../inventory/use-of-actions/usage.ts'
import { abilityOf } from '../actions.ts'

const day = 86_400_000

export interface Older {
  action: string
  at: string
  region: string
}

/** Actions that no call has the name of, so that no event tells of them (ecr-facts 6.1). */
const unseen = ['ecr:GetImageCopyStatus', 'ecr:ReplicateImage']

export function unseenDoubts(granted: readonly string[]): string[] {
  const found = unseen.filter((action) => granted.includes(action))
  return found.length === 0 ? [] : [`No event tells of ${found.join(' and ')}: not given any more.`]
}

/** Days that the events cover. */
export function daysCovered({ from, to }: Usage): number {
  return Math.round(((Date.parse(to) - Date.parse(from)) / day) * 10) / 10
}

/** Used within the 400 days that IAM remembers, and not in the events; tries count there that were denied. */
export function olderUses(usage: Usage): Older[] {
  if ('error' in usage.lastAccessed) return []
  const seen = new Set(usage.used.map(({ name }) => name))
  return usage.lastAccessed.ok.actions
    .filter(({ name, at }) => abilityOf(name) !== undefined && !seen.has(name) && at < usage.from)
    .map(({ name, at, region }) => ({ action: `ecr:${name}`, at, region }))
}

/** Why what was seen may be less than what is needed. */
export function doubtsOf(
  usage: Usage,
  { region, keepOlder }: { region: string; keepOlder: boolean },
): string[] {
  const days = daysCovered(usage)
  const older = olderUses(usage)
  const doubts: string[] = []
  if (usage.events === 0)
    doubts.push('Nothing of ECR was seen to be used: the smaller policy gives nothing of ECR.')
  if (!usage.complete)
    doubts.push(
      `There are more events than were read: what was seen goes back ${plural(Math.floor(days), 'day')} only.`,
    )
  if (days < 30)
    doubts.push(
      `${plural(Math.floor(days), 'day')} are short: what runs once a month may be missing. Look at 90.`,
    )
  if (older.length > 0 && !keepOlder) {
    const names = older.map(({ action, at }) => `${action} (${at.slice(0, 10)})`).join(', ')
    doubts.push(`Used before, as IAM remembers, and not given any more: ${names}. --keep-older keeps them.`)
  }
  const elsewhere = regionsBeside(usage, region)
  if (elsewhere.length > 0)
    doubts.push(
      `ECR was used in ${elsewhere.join(', ')}, too, which was not looked at: read the log files of all Regions with --events.`,
    )
  doubts.push(
    'What is done once a year, or in an emergency, was most likely not done in this time.',
    ...(usage.source === 'event history' ? [`Only the history of ${region} was read.`] : []),
  )
  return doubts
}

function regionsBeside({ lastAccessed, regions }: Usage, region: string): string[] {
  if ('error' in lastAccessed || regions.length === 0) return []
  const { service, actions } = lastAccessed.ok
  const all = [...(service ? [service] : []), ...actions].map((one) => one.region)
  return [...new Set(all)].filter((one) => one !== '' && one !== region && !regions.includes(one)).sort()
}
