import { AwsError } from '../http.ts'
import { needText, readText } from '../neighbour/input.ts'
import { pageOf } from '../neighbour/page.ts'
import { arnOf, inRegion, type NeighbourCall, type NeighbourService } from '../neighbour/service.ts'
import { knownOperations } from './known-operations.ts'
import type { EventBus, EventsState } from './state.ts'

export const events: NeighbourService = {
  name: 'events',
  wire: { kind: 'json', version: '1.1', target: 'AWSEvents', known: knownOperations },
  errors: { input: 'ValidationException', token: 'ValidationException' },
  operations: {
    DescribeRule: (call) => ({ ...findRule(call, 'Name').rule, CreatedBy: call.caller.account }),
    ListEventBuses: listEventBuses,
    ListRules: listRules,
    ListTargetsByRule: listTargetsByRule,
  },
}

/** Assumption: a page has 100 entries when nobody asks for less. */
const paging = { token: 'NextToken', size: 'Limit', default: 100, most: 100 }

function listEventBuses(call: NeighbourCall): Record<string, unknown> {
  const prefix = readText(call, 'NamePrefix') ?? ''
  const found = busesOf(call).filter(({ Name }) => Name.startsWith(prefix))
  const { items, more } = pageOf(call, found, { ...paging, keyOf: ({ Name }) => Name })
  return { EventBuses: items, ...more }
}

function listRules(call: NeighbourCall): Record<string, unknown> {
  const prefix = readText(call, 'NamePrefix') ?? ''
  const { Name } = busOf(call)
  const found = stateOf(call)
    .rules.map(({ rule }) => rule)
    .filter((rule) => rule.EventBusName === Name && rule.Name.startsWith(prefix))
  const { items, more } = pageOf(call, found, { ...paging, keyOf: (rule) => rule.Name })
  return { Rules: items, ...more }
}

function listTargetsByRule(call: NeighbourCall): Record<string, unknown> {
  const { targets } = findRule(call, 'Rule')
  const { items, more } = pageOf(call, targets, { ...paging, keyOf: ({ Id }) => Id })
  return { Targets: items, ...more }
}

function findRule(call: NeighbourCall, member: string): EventsState['rules'][number] {
  const name = needText(call, member)
  const bus = busOf(call)
  const found = stateOf(call).rules.find(({ rule }) => rule.Name === name && rule.EventBusName === bus.Name)
  if (found) return found
  throw notFound(`Rule ${name} does not exist on EventBus ${bus.Name}.`)
}

/** By name or by ARN. */
function busOf(call: NeighbourCall): EventBus {
  const wanted = readText(call, 'EventBusName') ?? 'default'
  const found = busesOf(call).find(({ Name, Arn }) => wanted === Name || wanted === Arn)
  if (found) return found
  throw notFound(`Event bus ${wanted} does not exist.`)
}

function busesOf(call: NeighbourCall): EventBus[] {
  const made = { CreationTime: 1_577_836_800, LastModifiedTime: 1_577_836_800 }
  const standard = { Name: 'default', Arn: arnOf(call, 'events', 'event-bus/default'), ...made }
  return [standard, ...stateOf(call).buses]
}

function stateOf(call: NeighbourCall): EventsState {
  return inRegion(call.account.events, call) ?? { buses: [], rules: [] }
}

function notFound(message: string): AwsError {
  return new AwsError('ResourceNotFoundException', message)
}
