import { AwsError } from '../http.ts'
import { inRegion, type NeighbourCall } from '../neighbour/service.ts'
import type { LogGroup, LogsState } from './state.ts'

export function stateOf(call: NeighbourCall): LogsState {
  return inRegion(call.account.logs, call) ?? { groups: [], metricFilters: [], subscriptionFilters: [] }
}

/** To be changed: what is put there stays. */
export function ownState(call: NeighbourCall): LogsState {
  const state = stateOf(call)
  call.account.logs = { ...call.account.logs, [call.caller.region]: state }
  return state
}

export function needGroup(call: NeighbourCall, name: string): LogGroup {
  const found = stateOf(call).groups.find(({ logGroupName }) => logGroupName === name)
  if (found) return found
  throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.')
}
