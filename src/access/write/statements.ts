import type { PolicyAsk } from './ask.ts'
import type { ConditionBlock } from './restrictions.ts'

export interface WrittenStatement {
  Sid: string
  Effect: 'Allow' | 'Deny'
  Principal?: '*' | { AWS: string | readonly string[] }
  Action: string | readonly string[]
  Resource?: string | readonly string[]
  Condition?: ConditionBlock
}

export interface PolicyDocument {
  Version: '2012-10-17'
  Statement: WrittenStatement[]
}

export function repositoryPattern({ partition, region, account }: PolicyAsk['place'], glob: string): string {
  return `arn:${partition}:ecr:${region}:${account}:repository/${glob}`
}

/** Each once, in an order that a reader finds things in. */
export function sorted(actions: readonly string[]): string[] {
  return [...new Set(actions)].sort()
}
