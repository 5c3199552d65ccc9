import type { Caller } from '../http.ts'
import type { Account, World } from '../world.ts'
import type { KnownPath } from './known.ts'

/** A service around the registry that the audit only reads: its operations select from what a seed has put there. */
export interface NeighbourService {
  /** As IAM's actions, the faults and the request log name it. */
  name: string
  /** In the scope of a credential, where that is another word. */
  signingName?: string
  wire: JsonWire | RestWire
  /** What a broken rule and a page token that is none are called. */
  errors: { input: string; token: string }
  /** Absent: it is everywhere. */
  onlyIn?: string
  operations: Readonly<Record<string, NeighbourOperation>>
}

export interface JsonWire {
  kind: 'json'
  version: '1.0' | '1.1'
  /** First half of `X-Amz-Target`. */
  target: string
  /** A longer form of it, which older clients send. */
  longTarget?: string
  known: readonly string[]
}

export interface RestWire {
  kind: 'rest'
  known: readonly KnownPath[]
  /** Query parameters that are not called as the member that they fill. */
  renamed?: Readonly<Record<string, string>>
  /** Query parameters that are numbers. */
  numbers: readonly string[]
}

/** What an operation gets; the account is the caller's. */
export interface NeighbourCall {
  world: World
  account: Account
  caller: Caller
  service: NeighbourService
  operation: string
  input: Record<string, unknown>
}

/** Answers the response document or throws an AwsError. */
export type NeighbourOperation = (call: NeighbourCall) => Record<string, unknown>

/** A service's memory, by Region. */
export type ByRegion<T> = Record<string, T>

/** What the service remembers in the caller's Region. */
export function inRegion<T>(memory: ByRegion<T> | undefined, { caller }: NeighbourCall): T | undefined {
  return memory && Object.hasOwn(memory, caller.region) ? memory[caller.region] : undefined
}

/** `arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE` in the caller's account and Region. */
export function arnOf({ caller }: Pick<NeighbourCall, 'caller'>, service: string, resource: string): string {
  return `arn:aws:${service}:${caller.region}:${caller.account}:${resource}`
}
