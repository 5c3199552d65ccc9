import { readText } from '../neighbour/input.ts'
import { pageOf } from '../neighbour/page.ts'
import type { NeighbourCall, NeighbourService } from '../neighbour/service.ts'
import { deleteRule, disableRule, enableRule, putRule, putTargets, removeTargets } from './changes.ts'
import { knownOperations } from './known-operations.ts'
import { testEventPattern } from './pattern.ts'
import { busesOf, busOf, findRule, stateOf } from './rules.ts'

export const events: NeighbourService = {
  name: 'events',
  wire: { kind: 'json', version: '1.1', target: 'AWSEvents', known: knownOperations },
  errors: { input: 'ValidationException', token: 'ValidationException' },
  operations: {
    DeleteRule: deleteRule,
    DescribeRule: (call) => ({ ...findRule(call, 'Name').rule, CreatedBy: call.caller.account }),
    DisableRule: disableRule,
    EnableRule: enableRule,
    ListEventBuses: listEventBuses,
    ListRules: listRules,
    ListTargetsByRule: listTargetsByRule,
    PutRule: putRule,
    PutTargets: putTargets,
    RemoveTargets: removeTargets,
    TestEventPattern: testEventPattern,
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
