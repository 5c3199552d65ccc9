import type { SandboxRequest } from './http.ts'
import { handleRegistry } from './registry/handle.ts'
import type { Route } from './route.ts'
import type { World } from './world.ts'

/** Everything at the registry port is the data plane. */
export function routeRegistry(world: World, request: SandboxRequest): Route {
  return {
    service: 'registry',
    operation: `${request.method} ${request.path}`,
    protocol: 'registry',
    perform: () => handleRegistry(world, request),
  }
}
