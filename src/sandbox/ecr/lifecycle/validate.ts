import { invalidParameter } from '../errors.ts'
import { type LifecycleRule, notAllowed, readRules, ShapeError } from './shape.ts'

/** Refuses whatever ECR would not accept as a lifecycle policy (ecr-facts 3.1). */
export function checkLifecyclePolicy(text: string): void {
  if (text.length < 100)
    throw invalidParameter('LifecyclePolicyText', 'Member must have length greater than or equal to 100')
  if (text.length > 30_720)
    throw invalidParameter('LifecyclePolicyText', 'Member must have length less than or equal to 30720')
  try {
    const rules = readRules(text)
    for (const rule of rules) checkRule(rule)
    checkTogether(rules)
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error
    throw invalidParameter('LifecyclePolicyText', `Lifecycle policy validation failure: ${error.message}`)
  }
}

function checkRule({ selection, action }: LifecycleRule): void {
  checkTagLists(selection)
  checkCount(selection)
  checkAction(selection.countType, action)
}

function checkTagLists({ tagStatus, tagPatternList, tagPrefixList }: LifecycleRule['selection']): void {
  const lists = [tagPatternList, tagPrefixList].filter((list) => list !== undefined)
  if (lists.length !== (tagStatus === 'tagged' ? 1 : 0))
    throw new ShapeError('instance failed to match exactly one schema (matched 0 out of 2)')
  if (lists.flat().includes('')) throw new ShapeError('A tag pattern or prefix must not be empty')
  const wild = tagPatternList?.find((pattern) => pattern.split('*').length > 5)
  if (wild !== undefined) throw new ShapeError(`The tag pattern '${wild}' has more than four wildcards`)
}

function checkCount({ countType, countUnit, countNumber, storageClass }: LifecycleRule['selection']): void {
  if (countType === 'imageCountMoreThan' && countUnit !== undefined)
    throw new ShapeError(notAllowed(['countUnit']))
  if (countType !== 'imageCountMoreThan' && countUnit === undefined)
    throw new ShapeError('object has missing required properties (["countUnit"])')
  const archived = countType === 'sinceImageTransitioned'
  if (archived !== (storageClass === 'archive'))
    throw new ShapeError(
      `storageClass must be '${archived ? 'archive' : 'standard'}' when countType is '${countType}'`,
    )
  // Assumption: the exact error for fewer than 90 days in the archive is not known.
  if (archived && countNumber < 90)
    throw new ShapeError('numeric instance is lower than the required minimum (minimum: 90)')
}

function checkAction(countType: string, { type, targetStorageClass }: LifecycleRule['action']): void {
  if (type === 'transition' && targetStorageClass === undefined)
    throw new ShapeError('object has missing required properties (["targetStorageClass"])')
  if (type === 'expire' && targetStorageClass !== undefined)
    throw new ShapeError(notAllowed(['targetStorageClass']))
  const only: Record<string, string> = { sinceImagePulled: 'transition', sinceImageTransitioned: 'expire' }
  const wanted = only[countType]
  if (wanted !== undefined && wanted !== type)
    throw new ShapeError(`The action must be '${wanted}' when countType is '${countType}'`)
}

function checkTogether(rules: LifecycleRule[]): void {
  requireUnique(
    rules.map((rule) => String(rule.rulePriority)),
    'Rule priorities must be unique',
  )
  for (const storageClass of ['standard', 'archive'])
    checkClass(rules.filter(({ selection }) => selection.storageClass === storageClass))
}

/** What must hold among the rules of one storage class. */
function checkClass(rules: LifecycleRule[]): void {
  const untagged = rules.filter(({ selection }) => selection.tagStatus === 'untagged')
  if (untagged.length > 1) throw new ShapeError('Only one rule may select untagged images')
  const last = Math.max(...rules.map((rule) => rule.rulePriority))
  const early = rules.find((rule) => rule.selection.tagStatus === 'any' && rule.rulePriority !== last)
  if (early) throw new ShapeError('A rule for any images must have the largest rulePriority')
  const lists = rules.map(({ selection }) => listKey(selection)).filter((key) => key !== undefined)
  requireUnique(lists, 'Tag patterns and prefixes must be unique across all rules')
}

function listKey({ tagPatternList, tagPrefixList }: LifecycleRule['selection']): string | undefined {
  if (tagPatternList) return JSON.stringify(['pattern', ...[...new Set(tagPatternList)].sort()])
  return tagPrefixList && JSON.stringify(['prefix', ...[...new Set(tagPrefixList)].sort()])
}

function requireUnique(values: string[], reason: string): void {
  if (new Set(values).size < values.length) throw new ShapeError(reason)
}
