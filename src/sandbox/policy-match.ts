import { partitionOf } from '../core/arn.ts'
import type { Caller } from './http.ts'

/** The little of a policy statement that the sandbox judges. */
export interface Statement {
  Effect?: unknown
  Principal?: unknown
  NotPrincipal?: unknown
  Action?: unknown
  NotAction?: unknown
  Resource?: unknown
  NotResource?: unknown
  Condition?: Record<string, Record<string, unknown>>
}

export function statementsOf(policy: string | undefined): readonly Statement[] {
  if (policy === undefined) return []
  return listOf((JSON.parse(policy) as { Statement?: Statement | Statement[] }).Statement)
}

/** The caller by its ARN or by its account; a session also by its role. */
export function namesCaller(principal: unknown, caller: Caller): boolean {
  if (principal === '*') return true
  const listed = listOf((principal as { AWS?: unknown } | undefined)?.AWS)
  const root = `arn:${partitionOf(caller.region)}:iam::${caller.account}:root`
  const accepted: unknown[] = ['*', caller.account, root, caller.arn, roleOf(caller.arn)]
  return listed.some((each) => accepted.includes(each))
}

function roleOf(arn: string): string {
  const session = /^(arn:[^:]+):sts::(\d+):assumed-role\/([^/]+)\//.exec(arn)
  return session === null ? arn : `${session[1]}:iam::${session[2]}:role/${session[3]}`
}

export function listOf<T>(value: T | readonly T[] | undefined): readonly T[] {
  if (value === undefined) return []
  return Array.isArray(value) ? value : [value as T]
}
