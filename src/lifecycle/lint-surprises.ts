import { plural } from '../core/bytes.ts'
import { isTag } from '../core/reference.ts'
import { covers } from './cover.ts'
import type { Findings } from './findings.ts'
import type { LifecycleRule } from './policy.ts'
import { selectionWords } from './words.ts'

/** A rule that ECR would accept, with its place in the text. */
export interface PlacedLifecycleRule {
  rule: LifecycleRule
  path: string
}

/** What ECR accepts and people take for something else. `rules` in the order of their priorities. */
export function lintSurprises(rules: readonly PlacedLifecycleRule[], findings: Findings): void {
  for (const { rule, path } of rules) {
    lists(rule, `${path}.selection`, findings)
    counts(rule, `${path}.selection`, findings)
  }
  rules.forEach((placed, at) => {
    neverActs(placed, rules.slice(0, at), findings)
  })
  whole(
    rules.map(({ rule }) => rule),
    findings,
  )
}

function lists(rule: LifecycleRule, path: string, findings: Findings): void {
  const { patterns = [], prefixes = [] } = rule.tagLists ?? {}
  const name = rule.tagLists?.patterns ? 'tagPatternList' : 'tagPrefixList'
  if (new Set([...patterns, ...prefixes]).size > 1)
    findings.warning(
      'list-means-and',
      `${path}.${name}`,
      'Entries are joined by AND: an image needs tags for every one of them. For OR write one rule for each.',
    )
  prefixes.forEach((prefix, at) => {
    if (prefix.includes('*'))
      never(
        `${path}.${name}[${at}]`,
        `A prefix takes no wildcards, and no tag has a *. Use tagPatternList.`,
        findings,
      )
    else if (!isTag(prefix)) never(`${path}.${name}[${at}]`, 'No tag can begin like this.', findings)
  })
  patterns.forEach((pattern, at) => {
    if (!possible(pattern)) never(`${path}.${name}[${at}]`, 'No tag can look like this.', findings)
    else if (!pattern.includes('*') && rule.countType !== 'imageCountMoreThan')
      findings.warning(
        'exact-tag',
        `${path}.${name}[${at}]`,
        `Without a * it is one exact tag: it does not match ${pattern}-1, and takes the image tagged ${pattern} itself.`,
      )
  })
}

function never(path: string, text: string, findings: Findings): void {
  findings.warning('never-matches', path, `${text} The rule looks at nothing.`)
}

/** Whether some tag matches: its fixed parts have only characters of tags, and begin and fit as tags do. */
function possible(pattern: string): boolean {
  const parts = pattern.split('*')
  const fixed = parts.join('')
  if (fixed === '') return true
  return isTag(parts[0] === '' ? `a${fixed.slice(1)}` : fixed) && /^[\w.-]+$/.test(fixed)
}

function counts(rule: LifecycleRule, path: string, findings: Findings): void {
  const { tagStatus, countType, count, action } = rule
  const days = plural(count, 'day')
  const place = `${path}.countNumber`
  if (countType === 'sinceImagePushed' && tagStatus !== 'untagged')
    findings.warning(
      'age-takes-newest',
      place,
      `When nothing is pushed for ${days}, the newest image goes too, in use or not. A count keeps the newest.`,
    )
  if (countType === 'sinceImagePushed' && tagStatus === 'untagged' && count < 7)
    findings.warning(
      'untagged-too-soon',
      place,
      `The age counts from the push, not from losing the tag: what loses its tag today may be older than ${days} already. Take 7 or more.`,
    )
  if (countType === 'imageCountMoreThan' && tagStatus !== 'tagged' && count < onlyShields)
    findings.warning(
      'count-counts-parts',
      place,
      `It keeps ${plural(count, 'manifest')}, not as many releases: children of indexes and signatures are counted as well.`,
    )
  if (countType === 'sinceImagePulled' && action === 'transition')
    findings.warning(
      'pulled-is-not-used',
      path,
      'What runs for long does not pull: an image in use may be archived, and can then not be pulled again.',
    )
}

/** No repository holds as many: such a count only shields. */
const onlyShields = 9999

function neverActs(
  { rule, path }: PlacedLifecycleRule,
  earlier: readonly PlacedLifecycleRule[],
  findings: Findings,
) {
  const first = earlier.find((other) => covers(other.rule, rule))
  const why = first
    ? `${first.path} (${selectionWords(first.rule)}) looks at all its images first`
    : leavesNothing(
        rule,
        earlier.map((other) => other.rule),
      ) && 'earlier rules look at all images, tagged and untagged'
  if (why) findings.warning('never-acts', path, `The rule never acts: ${why}.`)
}

/** A rule for any after rules for all tagged and for untagged images. */
function leavesNothing(rule: LifecycleRule, earlier: readonly LifecycleRule[]): boolean {
  if (rule.tagStatus !== 'any') return false
  const parts = [
    { ...rule, tagStatus: 'untagged' as const },
    { ...rule, tagStatus: 'tagged' as const, tagLists: { patterns: ['*'] } },
  ]
  return parts.every((part) => earlier.some((other) => covers(other, part)))
}

function whole(rules: readonly LifecycleRule[], findings: Findings): void {
  const standard = rules.filter(({ storageClass }) => storageClass === 'standard')
  const archives = rules.some(({ action }) => action === 'transition')
  if (archives && standard.length === rules.length)
    findings.warning(
      'archive-stays',
      'rules',
      'Nothing ever expires what is archived: it stays, and costs, for ever.',
    )
  if (standard.length > 0 && standard.every(({ tagStatus }) => tagStatus === 'tagged'))
    findings.warning('untagged-uncovered', 'rules', 'No rule looks at untagged images: they pile up.')
}
