import type { Caller, SandboxRequest, SandboxResponse } from '../http.ts'
import type { Registry, World } from '../world.ts'

/** One request to the data plane whose token was good. The token decides the registry. */
export interface RegistryCall {
  world: World
  request: SandboxRequest
  caller: Caller
  registry: Registry
}

export type Answer = SandboxResponse | Promise<SandboxResponse>

/**
 * Where something is, for a `Location` header: absolute, as ECR writes it, under the name by which the client
 * reached us.
 */
export function locationOf({ request, world }: RegistryCall, path: string): string {
  const { host } = request.headers
  return `${host ? `http://${host}` : world.endpoints.registry}${path}`
}
