import { parseArn } from '../../core/arn.ts'
import type { Caller } from '../http.ts'
import type { Image, Registry, World } from '../world.ts'

/**
 * A pull moves the last pull time, also one through the API, unless the caller is excluded.
 * Assumption: an exclusion covers API calls as well as pulls with docker (ecr-facts 2.13), and an index that is
 * pulled does not mark its children (ecr-facts 8).
 */
export function recordPull(world: World, registry: Registry, image: Image, caller: Caller): void {
  const excluded = Object.keys(registry.pullTimeExclusions).some((arn) => isSamePrincipal(arn, caller.arn))
  if (!excluded) image.lastPull = world.now()
}

/** A session of a role (`assumed-role/NAME/SESSION`) counts as the role, whatever the role's path. */
function isSamePrincipal(listed: string, caller: string): boolean {
  if (listed === caller) return true
  const session = parseArn(caller)
  const role = parseArn(listed)
  if (!session || !role || session.account !== role.account) return false
  const [kind, name] = session.resource.split('/')
  const isRole = kind === 'assumed-role' && role.resource.startsWith('role/')
  return isRole && role.resource.split('/').at(-1) === name
}
