import type { Place } from '../place.ts'

/** Who has policies. */
export type HolderType = 'user' | 'role' | 'group'

export interface Holder {
  type: HolderType
  name: string
  arn: string
}

/** Of `user/alice`, or with the path that it has: `user/people/alice`. */
export function holderIn(text: string, { partition, account }: Place): Holder {
  const type = text.slice(0, text.indexOf('/'))
  return {
    type: type === 'role' || type === 'group' ? type : 'user',
    name: text.slice(text.lastIndexOf('/') + 1),
    arn: `arn:${partition}:iam::${account}:${text}`,
  }
}

/** The same of an ARN. */
export function holderPath(arn: string): string {
  return arn.split(':').slice(5).join(':')
}

export const iamWords: Record<HolderType, 'User' | 'Role' | 'Group'> = {
  user: 'User',
  role: 'Role',
  group: 'Group',
}

/** How IAM says that it has none; in the two ways in which it is spelled. */
export const noSuchEntity: readonly string[] = ['NoSuchEntityException', 'NoSuchEntity']
