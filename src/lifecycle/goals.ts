import { HoldfastError } from '../core/errors.ts'
import type { DraftRule } from './write.ts'

/** What the user wants of a repository. Days are whole and positive. */
export interface SuggestGoals {
  /** Keep the newest so many images with a tag of each pattern, and expire the older ones. */
  keepReleases?: { count: number; patterns: readonly string[] }
  dropUntaggedAfter?: number
  archiveNotPulledFor?: number
  expireArchivedAfter?: number
}

const mostDays = 36_500

/** One rule for each goal, in the order in which they must be applied. */
export function goalRules(goals: SuggestGoals, options: { sparesUntagged: boolean }): DraftRule[] {
  checkGoals(goals)
  const { keepReleases, dropUntaggedAfter, archiveNotPulledFor, expireArchivedAfter } = goals
  const releases = (keepReleases?.patterns ?? []).map((pattern) =>
    draft('keep-releases', {
      tagStatus: 'tagged',
      tagLists: { patterns: [pattern] },
      countType: 'imageCountMoreThan',
      count: keepReleases?.count ?? 0,
    }),
  )
  const days: [number | undefined, (count: number) => DraftRule][] = [
    [
      dropUntaggedAfter,
      (count) =>
        draft('drop-untagged-after', { tagStatus: 'untagged', countType: 'sinceImagePushed', count }),
    ],
    [archiveNotPulledFor, (count) => archiveRule(count, options)],
    [
      expireArchivedAfter,
      (count) =>
        draft('expire-archived-after', {
          tagStatus: 'any',
          storageClass: 'archive',
          countType: 'sinceImageTransitioned',
          count,
        }),
    ],
  ]
  return [...releases, ...days.flatMap(([count, rule]) => (count === undefined ? [] : [rule(count)]))]
}

/** For any image, so that children are archived after their index; for tagged ones only where one without is in use. */
function archiveRule(count: number, { sparesUntagged }: { sparesUntagged: boolean }): DraftRule {
  return draft('archive-not-pulled-for', {
    ...(sparesUntagged
      ? { tagStatus: 'tagged' as const, tagLists: { patterns: ['*'] } }
      : { tagStatus: 'any' as const }),
    countType: 'sinceImagePulled',
    count,
    action: 'transition',
  })
}

function draft(
  goal: string,
  rule: Pick<DraftRule['rule'], 'tagStatus' | 'countType' | 'count'> & Partial<DraftRule['rule']>,
): DraftRule {
  return { goal, rule: { storageClass: 'standard', action: 'expire', ...rule } }
}

function checkGoals(goals: SuggestGoals): void {
  const { keepReleases, dropUntaggedAfter, archiveNotPulledFor, expireArchivedAfter } = goals
  if (Object.values(goals).every((goal) => goal === undefined))
    throw impossible(
      'No goal was given.',
      'Such as --keep-releases 20 --tag-pattern v* --drop-untagged-after 14',
    )
  if (keepReleases) checkCount('--keep-releases', keepReleases.count, 1)
  if (keepReleases?.patterns.length === 0)
    throw impossible('--keep-releases does not say which tags are releases.', "Add --tag-pattern 'v*'.")
  checkCount('--drop-untagged-after', dropUntaggedAfter, 1)
  checkCount('--archive-not-pulled-for', archiveNotPulledFor, 1)
  // Images stay in the archive for 90 days at least (ecr-facts 2.11).
  checkCount('--expire-archived-after', expireArchivedAfter, 90)
}

function checkCount(option: string, count: number | undefined, least: number): void {
  if (count === undefined || (Number.isInteger(count) && count >= least && count <= mostDays)) return
  throw impossible(`${option} cannot be ${count}.`, `Give a whole number from ${least} to ${mostDays}.`)
}

function impossible(what: string, next: string): HoldfastError {
  return new HoldfastError('usage', { what, next })
}
