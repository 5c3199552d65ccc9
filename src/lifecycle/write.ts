import type { LifecycleRule } from './policy.ts'

/** A rule before it has its priority, and the goal that it is for. */
export interface DraftRule {
  goal: string
  rule: Omit<LifecycleRule, 'priority'>
}

const descriptions: Record<string, string> = {
  shield: 'Keeps an image that is in use: takes nothing itself',
  'keep-releases': 'Keeps the newest releases',
  'drop-untagged-after': 'Drops images without a tag',
  'archive-not-pulled-for': 'Archives what is not pulled',
  'expire-archived-after': 'Drops what has been in the archive for long',
}

/** The policy as JSON that ECR takes, two spaces deep. */
export function policyDocument(rules: readonly { goal: string; rule: LifecycleRule }[]): string {
  const written = rules.map(({ goal, rule }) => ({
    rulePriority: rule.priority,
    ...(descriptions[goal] && { description: descriptions[goal] }),
    selection: selectionDocument(rule),
    action:
      rule.action === 'expire' ? { type: 'expire' } : { type: 'transition', targetStorageClass: 'archive' },
  }))
  return `${JSON.stringify({ rules: written }, null, 2)}\n`
}

function selectionDocument({ tagStatus, tagLists, storageClass, countType, count }: LifecycleRule) {
  return {
    tagStatus,
    ...(tagLists?.patterns && { tagPatternList: tagLists.patterns }),
    ...(tagLists?.prefixes && { tagPrefixList: tagLists.prefixes }),
    ...(storageClass === 'archive' && { storageClass }),
    countType,
    ...(countType !== 'imageCountMoreThan' && { countUnit: 'days' }),
    countNumber: count,
  }
}
