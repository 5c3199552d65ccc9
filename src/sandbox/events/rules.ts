import { AwsError } from '../http.ts'
import { needText, readText } from '../neighbour/input.ts'
import { arnOf, inRegion, type NeighbourCall } from '../neighbour/service.ts'
import type { EventBus, EventsState } from './state.ts'

export function findRule(call: NeighbourCall, member: string): EventsState['rules'][number] {
  const name = needText(call, member)
  const bus = busOf(call)
  const found = ruleOf(call, { name, bus })
  if (found) return found
  throw notFound(`Rule ${name} does not exist on EventBus ${bus.Name}.`)
}

export function ruleOf(call: NeighbourCall, { name, bus }: { name: string; bus: EventBus }) {
  return stateOf(call).rules.find(({ rule }) => rule.Name === name && rule.EventBusName === bus.Name)
}

/** By name or by ARN. */
export function busOf(call: NeighbourCall): EventBus {
  const wanted = readText(call, 'EventBusName') ?? 'default'
  const found = busesOf(call).find(({ Name, Arn }) => wanted === Name || wanted === Arn)
  if (found) return found
  throw notFound(`Event bus ${wanted} does not exist.`)
}

export function busesOf(call: NeighbourCall): EventBus[] {
  const made = { CreationTime: 1_577_836_800, LastModifiedTime: 1_577_836_800 }
  const standard = { Name: 'default', Arn: arnOf(call, 'events', 'event-bus/default'), ...made }
  return [standard, ...stateOf(call).buses]
}

export function stateOf(call: NeighbourCall): EventsState {
  return inRegion(call.account.events, call) ?? { buses: [], rules: [] }
}

function notFound(message: string): AwsError {
  return new AwsError('ResourceNotFoundException', message)
}
