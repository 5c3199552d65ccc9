import { AwsError } from '../http.ts'
import { needText, readText } from '../neighbour/input.ts'
import { arnOf, inRegion, type NeighbourCall } from '../neighbour/service.ts'
import type { FunctionState, LambdaState } from './state.ts'

/** By name, by ARN, or by `ACCOUNT:function:NAME`; `$LATEST` is the only version here. */
export function findFunction(call: NeighbourCall): FunctionState {
  const given = needText(call, 'FunctionName')
  const match = /^(?:(arn:[^:]+:lambda:[^:]+:)?(\d{12}):function:)?([A-Za-z0-9_-]{1,64})(?::(.+))?$/.exec(
    given,
  )
  if (!match) throw new AwsError('InvalidParameterValueException', `${given} does not name a function.`)
  const [, , account = call.caller.account, name = '', inName] = match
  const version = readText(call, 'Qualifier') ?? inName ?? '$LATEST'
  const arn = arnOf({ caller: { ...call.caller, account } }, 'lambda', `function:${name}`)
  const found = stateOf(call).functions.find(({ configuration }) => configuration.FunctionArn === arn)
  if (found && version === '$LATEST') return found
  throw notFound(`Function not found: ${arn}${version === '$LATEST' ? '' : `:${version}`}`)
}

/** State and last update are told by the single calls, and not by lists. */
export function configurationOf({ configuration }: FunctionState): Record<string, unknown> {
  return { ...configuration, State: 'Active', LastUpdateStatus: 'Successful' }
}

export function stateOf(call: NeighbourCall): LambdaState {
  return inRegion(call.account.lambda, call) ?? { functions: [], mappings: [] }
}

export function notFound(message: string): AwsError {
  return new AwsError('ResourceNotFoundException', message, { status: 404 })
}
