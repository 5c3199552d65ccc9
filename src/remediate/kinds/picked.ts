import type { Call, ChangingService, Json } from '../call.ts'
import type { Place } from '../place.ts'

/** Members of an answer that are there, exactly as they were answered: what a request takes again. */
export type Members = { readonly [name: string]: Json | undefined }

/** Those of these names that have a value. */
export function picked(found: object, names: readonly string[]): Members {
  const all = found as Record<string, Json | undefined>
  const present = names.filter((name) => all[name] !== undefined && all[name] !== null)
  return Object.fromEntries(present.map((name) => [name, all[name]]))
}

/** `arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE`. */
export function arnAt({ partition, region, account }: Place, service: string, resource: string): string {
  return `arn:${partition}:${service}:${region}:${account}:${resource}`
}

/** A call that needs the action of its name on one resource. */
export function callOn(
  service: ChangingService,
  operation: string,
  { input, resource }: { input: Json; resource: string },
): Call {
  return { service, operation, input, needs: [{ action: `${service}:${operation}`, resource }] }
}

/** What whoever hands a role to a service needs on top. */
export function passing(role: Json | undefined) {
  return typeof role === 'string' && role !== '' ? [{ action: 'iam:PassRole', resource: role }] : []
}
