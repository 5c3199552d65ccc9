import { plural } from '../core/bytes.ts'
import type { LifecycleRule } from './policy.ts'

/** `tagged v*: expire all but the newest 20`: a rule as people say it. */
export function ruleWords(rule: LifecycleRule): string {
  return `${selectionWords(rule)}: ${rule.action === 'expire' ? 'expire' : 'archive'} ${countWords(rule)}`
}

export function selectionWords({ tagStatus, tagLists, storageClass }: LifecycleRule): string {
  const archived = storageClass === 'archive' ? 'archived ' : ''
  if (tagStatus === 'any') return `${archived}any`
  if (tagStatus === 'untagged') return `${archived}untagged`
  const entries = [
    ...(tagLists?.patterns ?? []),
    ...(tagLists?.prefixes ?? []).map((prefix) => `${prefix}… (prefix)`),
  ]
  return `${archived}tagged ${entries.join(' and ')}`
}

export function countWords({ countType, count }: LifecycleRule): string {
  const days = plural(count, 'day')
  switch (countType) {
    case 'imageCountMoreThan':
      return `all but the newest ${count}`
    case 'sinceImagePushed':
      return `when pushed more than ${days} ago`
    case 'sinceImagePulled':
      return `when not pulled for more than ${days}`
    case 'sinceImageTransitioned':
      return `when archived more than ${days} ago`
  }
}
