import type { Findings } from './findings.ts'
import type { PlacedRule, RuleDocument } from './lint-shape.ts'

/** What ECR refuses in rules whose form is right (ecr-facts 3.1). */
export function lintRules(rules: readonly PlacedRule[], findings: Findings): void {
  for (const { document, path } of rules) {
    tagLists(document.selection, `${path}.selection`, findings)
    count(document.selection, `${path}.selection`, findings)
    action(document, `${path}.action`, findings)
  }
  priorities(rules, findings)
  // Assumption: what must be unique or last is so among the rules of one storage class (ecr-facts 3.1).
  for (const storageClass of ['standard', 'archive'] as const)
    together(
      rules.filter(({ document }) => (document.selection.storageClass ?? 'standard') === storageClass),
      findings,
    )
}

type Selection = RuleDocument['selection']

function tagLists({ tagStatus, tagPatternList, tagPrefixList }: Selection, path: string, findings: Findings) {
  const given = [tagPatternList, tagPrefixList].filter((list) => list !== undefined).length
  if (tagStatus === 'tagged' && given === 0)
    findings.error('tag-list-missing', path, 'A tagged rule needs tagPatternList or tagPrefixList.')
  if (tagStatus === 'tagged' && given === 2)
    findings.error('tag-lists-both', path, 'A rule takes tagPatternList or tagPrefixList, not both.')
  if (tagStatus !== 'tagged' && given > 0) {
    const name = tagPatternList ? 'tagPatternList' : 'tagPrefixList'
    findings.error(
      'tag-list-not-allowed',
      `${path}.${name}`,
      `A rule for ${tagStatus} takes no list of tags.`,
    )
  }
  tagPatternList?.forEach((pattern, at) => {
    if (pattern.split('*').length <= 5) return
    const place = `${path}.tagPatternList[${at}]`
    findings.error('too-many-wildcards', place, 'A pattern takes four * at most.')
  })
}

function count(selection: Selection, path: string, findings: Findings): void {
  const { countType, countUnit, countNumber, storageClass = 'standard' } = selection
  const counts = countType === 'imageCountMoreThan'
  if (counts && countUnit !== undefined)
    findings.error('count-unit-not-allowed', `${path}.countUnit`, 'A rule that counts images takes no unit.')
  if (!counts && countUnit === undefined)
    findings.error('count-unit-missing', path, `${countType} needs "countUnit": "days".`)
  const wanted = countType === 'sinceImageTransitioned' ? 'archive' : 'standard'
  if (storageClass !== wanted)
    findings.error('storage-class-mismatch', path, `${countType} needs "storageClass": "${wanted}".`)
  if (countType === 'sinceImageTransitioned' && countNumber < 90)
    findings.error(
      'archive-too-short',
      `${path}.countNumber`,
      'Images stay in the archive for 90 days at least.',
    )
}

const onlyAction = { sinceImagePulled: 'transition', sinceImageTransitioned: 'expire' } as const

function action({ selection, action }: RuleDocument, path: string, findings: Findings): void {
  const { type, targetStorageClass } = action
  if (type === 'transition' && targetStorageClass === undefined)
    findings.error('target-missing', path, 'A transition needs "targetStorageClass": "archive".')
  if (type === 'expire' && targetStorageClass !== undefined)
    findings.error('target-not-allowed', `${path}.targetStorageClass`, 'Only a transition has a target.')
  const { countType } = selection
  if (countType !== 'sinceImagePulled' && countType !== 'sinceImageTransitioned') return
  const wanted = onlyAction[countType]
  if (wanted !== type)
    findings.error(
      'action-not-allowed',
      `${path}.type`,
      `With ${countType} the action can only be ${wanted}.`,
    )
}

function priorities(rules: readonly PlacedRule[], findings: Findings): void {
  for (const { rule, first } of repeated(rules, ({ document }) => String(document.rulePriority)))
    findings.error(
      'duplicate-priority',
      `${rule.path}.rulePriority`,
      `${first.path} has priority ${rule.document.rulePriority} as well.`,
    )
}

function together(rules: readonly PlacedRule[], findings: Findings): void {
  const last = rules.reduce((most, { document }) => Math.max(most, document.rulePriority), 0)
  for (const { document, path } of rules) {
    if (document.selection.tagStatus === 'any' && document.rulePriority !== last)
      findings.error('any-not-last', `${path}.rulePriority`, 'A rule for any must have the largest priority.')
  }
  const untagged = rules.filter(({ document }) => document.selection.tagStatus === 'untagged')
  for (const { path } of untagged.slice(1))
    findings.error('untagged-twice', path, `${untagged[0]?.path} selects untagged images already.`)
  for (const { rule, first } of repeated(rules, ({ document }) => listKey(document.selection)))
    findings.error('duplicate-tag-list', `${rule.path}.selection`, `${first.path} has the same list of tags.`)
}

/** Rules whose key an earlier one has; a rule without a key repeats nothing. */
function repeated(rules: readonly PlacedRule[], keyOf: (rule: PlacedRule) => string | undefined) {
  const firsts = new Map<string, PlacedRule>()
  return rules.flatMap((rule) => {
    const key = keyOf(rule)
    if (key === undefined) return []
    const first = firsts.get(key)
    if (first) return [{ rule, first }]
    firsts.set(key, rule)
    return []
  })
}

/** The same entries in another order, or twice, are the same list. */
function listKey({ tagPatternList, tagPrefixList }: Selection): string | undefined {
  const list = tagPatternList ?? tagPrefixList
  return list && JSON.stringify([tagPatternList !== undefined, ...[...new Set(list)].sort()])
}
