import { partitionOf } from '../../../core/arn.ts'
import type { Caller } from '../../http.ts'
import type { World } from '../../world.ts'
import type { Need } from '../decide.ts'

/** A call whose signature was good, as it came: nothing in it has been checked yet. */
export interface Asked {
  world: World
  caller: Caller
  operation: string
  /** Of a Query request, its form: `Tags.member.1.Key` is a member like any other. */
  input: Readonly<Record<string, unknown>>
}

/** What a call needs, all of it. */
export type Needs = (asked: Asked) => Need[]

export function textIn(input: Readonly<Record<string, unknown>>, ...names: string[]): string | undefined {
  const found = names.map((name) => input[name]).find((value) => typeof value === 'string' && value !== '')
  return found as string | undefined
}

/** Members of a list of texts: a JSON list, or `Name.member.1`, `Name.1` of a form. */
export function textsIn(input: Readonly<Record<string, unknown>>, name: string): string[] {
  const value = input[name]
  if (Array.isArray(value)) return value.filter((each) => typeof each === 'string')
  const spelled = new RegExp(`^${name}\\.(?:member\\.)?\\d+$`)
  return Object.entries(input).flatMap(([key, each]) =>
    spelled.test(key) && typeof each === 'string' ? [each] : [],
  )
}

export function memberIn(
  input: Readonly<Record<string, unknown>>,
  name: string,
): Readonly<Record<string, unknown>> | undefined {
  const value = input[name]
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined
}

/** `arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE`; what is an ARN already stays as it is. */
export function arnIn({ caller }: Asked, service: string, resource: string): string {
  if (resource.startsWith('arn:')) return resource
  return `arn:${partitionOf(caller.region)}:${service}:${caller.region}:${caller.account}:${resource}`
}

export function iamArn({ caller }: Asked, resource: string): string {
  return `arn:${partitionOf(caller.region)}:iam::${caller.account}:${resource}`
}

/** Who hands a role to a service needs this. */
export function passRole(role: string | undefined, service: string): Need[] {
  if (role === undefined) return []
  return [
    { action: 'iam:PassRole', resource: role, additions: { values: { 'iam:passedtoservice': [service] } } },
  ]
}

/**
 * What a service's own role needs to be made, for somebody who is the first to use it.
 * Assumption: such roles are not shown among the account's, so "the first" is told from what uses them.
 */
export function serviceLinkedRole(asked: Asked, service: string, name: string): Need {
  return {
    action: 'iam:CreateServiceLinkedRole',
    resource: iamArn(asked, `role/aws-service-role/${service}/${name}`),
    additions: { values: { 'iam:awsservicename': [service] } },
  }
}
