import type { Caller } from '../http.ts'
import type { Registry, World } from '../world.ts'

/** What an ECR operation gets. `registry` is the one that `registryId` names, else the caller's own. */
export interface EcrCall {
  world: World
  caller: Caller
  registry: Registry
  input: Record<string, unknown>
}

/** Answers the response document or throws an AwsError. One file per family, listed in `operations.ts`. */
export type EcrOperation = (call: EcrCall) => Record<string, unknown> | Promise<Record<string, unknown>>
