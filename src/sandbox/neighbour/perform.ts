import { AwsError, type Caller } from '../http.ts'
import type { World } from '../world.ts'
import type { NeighbourService } from './service.ts'

/** Does what the caller asks, if the service has it. */
export function performNeighbour(
  world: World,
  caller: Caller,
  { service, operation, input }: Asked,
): Record<string, unknown> {
  const perform = Object.hasOwn(service.operations, operation) ? service.operations[operation] : undefined
  if (!perform) throw notImplemented(service, operation)
  const account = world.state.accounts[caller.account]
  if (!account) throw new AwsError('UnrecognizedClientException', `There is no account ${caller.account}.`)
  if (service.onlyIn !== undefined && service.onlyIn !== caller.region) throw elsewhere(service, caller)
  return perform({ world, account, caller, service, operation, input })
}

export interface Asked {
  service: NeighbourService
  operation: string
  input: Record<string, unknown>
}

/** Assumption: AWS has no such host in other Regions, and this is how the missing host shows here. */
function elsewhere({ name, onlyIn }: NeighbourService, { region }: Caller): AwsError {
  return new AwsError('UnsupportedCommandException', `${name} is in ${onlyIn}, and not in ${region}.`)
}

export function notImplemented({ name }: { name: string }, operation: string): AwsError {
  const text = `${name}: ${operation} is not simulated.`
  return new AwsError('NotImplementedInSandbox', text, { status: 501 })
}
