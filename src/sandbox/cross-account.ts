import { type Need, refusalText, resourceRefusalOf } from './enforce/decide.ts'
import { ecrNeeds } from './enforce/needs/ecr.ts'
import { AwsError, type Caller } from './http.ts'
import { type Registry, registryOf, type World } from './world.ts'

/**
 * The registry that a request is about: the caller's own, or another account's when that account's policies let the
 * caller in (ecr-facts 6.3), whether or not identities need permissions here.
 */
export function registryFor(
  world: World,
  caller: Caller,
  operation: string,
  input: Record<string, unknown>,
): Registry {
  const wanted = input['registryId']
  const foreign = typeof wanted === 'string' && wanted !== caller.account && Boolean(wanted)
  if (!foreign || !/^\d{12}$/.test(wanted)) return registryOf(world, caller.account, caller.region)
  for (const need of ecrNeeds({ world, caller, operation, input })) requireLetIn(world, caller, need)
  return registryOf(world, wanted, caller.region)
}

function requireLetIn(world: World, caller: Caller, need: Need): void {
  const refusal = resourceRefusalOf(world, caller, need)
  if (refusal === undefined) return
  throw new AwsError('AccessDeniedException', refusalText(caller, need, refusal))
}
