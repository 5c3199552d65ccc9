import { AwsError } from '../http.ts'
import { needText, readText, refuse } from '../neighbour/input.ts'
import { pageOf } from '../neighbour/page.ts'
import { arnOf, inRegion, type NeighbourCall, type NeighbourService } from '../neighbour/service.ts'
import { knownPaths } from './known-operations.ts'
import type { FunctionState, LambdaState } from './state.ts'

export const lambda: NeighbourService = {
  name: 'lambda',
  wire: { kind: 'rest', known: knownPaths, numbers: ['MaxItems'] },
  errors: { input: 'InvalidParameterValueException', token: 'InvalidParameterValueException' },
  operations: {
    GetFunction: getFunction,
    GetFunctionConfiguration: (call) => configurationOf(findFunction(call)),
    GetFunctionEventInvokeConfig: getEventInvokeConfig,
    GetPolicy: getPolicy,
    ListEventSourceMappings: listEventSourceMappings,
    ListFunctions: listFunctions,
  },
}

/** Lambda takes a MaxItems up to 10,000 and answers 50 (functions) or 100 (mappings) all the same. */
const paging = { token: ['Marker', 'NextMarker'], size: 'MaxItems', most: 10_000 } as const

function listFunctions(call: NeighbourCall): Record<string, unknown> {
  refuse(call, 'MasterRegion')
  const version = readText(call, 'FunctionVersion', ['ALL'])
  const { items, more } = pageOf(capped(call, 50), stateOf(call).functions, {
    ...paging,
    default: 50,
    keyOf: ({ configuration }) => configuration.FunctionName,
  })
  // Assumption: no function here has a published version, so that ALL lists $LATEST alone.
  const latest = version === 'ALL' ? (arn: string) => `${arn}:$LATEST` : (arn: string) => arn
  const Functions = items.map(({ configuration }) => ({
    ...configuration,
    FunctionArn: latest(configuration.FunctionArn),
  }))
  return { Functions, ...more }
}

function capped(call: NeighbourCall, most: number): NeighbourCall {
  const asked = call.input['MaxItems']
  if (typeof asked !== 'number' || asked <= most || asked > paging.most) return call
  return { ...call, input: { ...call.input, MaxItems: most } }
}

function getFunction(call: NeighbourCall): Record<string, unknown> {
  const found = findFunction(call)
  return { Configuration: configurationOf(found), Code: codeOf(call, found), Tags: found.tags }
}

/** State and last update are told by the single calls, and not by lists. */
function configurationOf({ configuration }: FunctionState): Record<string, unknown> {
  return { ...configuration, State: 'Active', LastUpdateStatus: 'Successful' }
}

/** Assumption: the presigned address of a function's code leads nowhere: nobody downloads code here. */
function codeOf({ world }: NeighbourCall, { image, configuration }: FunctionState): Record<string, unknown> {
  if (image) return { RepositoryType: 'ECR', ImageUri: image.uri, ResolvedImageUri: image.resolved }
  return {
    RepositoryType: 'S3',
    Location: `${world.endpoints.aws}/simulated-code/${configuration.FunctionName}`,
  }
}

function getPolicy(call: NeighbourCall): Record<string, unknown> {
  const { policy, configuration } = findFunction(call)
  if (policy !== undefined) return { Policy: policy, RevisionId: configuration.RevisionId }
  throw notFound('The resource you requested does not exist.')
}

function getEventInvokeConfig(call: NeighbourCall): Record<string, unknown> {
  const { invoke, configuration } = findFunction(call)
  const { FunctionArn } = configuration
  if (invoke) return { ...invoke, FunctionArn: `${FunctionArn}:$LATEST` }
  throw notFound(`The function ${FunctionArn} doesn't have an EventInvokeConfig`)
}

function listEventSourceMappings(call: NeighbourCall): Record<string, unknown> {
  const source = readText(call, 'EventSourceArn')
  const ofFunction = readText(call, 'FunctionName') === undefined ? undefined : findFunction(call)
  const found = stateOf(call).mappings.filter(
    ({ EventSourceArn, FunctionArn }) =>
      (source === undefined || EventSourceArn === source) &&
      (ofFunction === undefined || ofFunction.configuration.FunctionArn === FunctionArn),
  )
  const rule = { ...paging, default: 100, keyOf: ({ UUID }: { UUID: string }) => UUID }
  const { items, more } = pageOf(capped(call, 100), found, rule)
  return { EventSourceMappings: items, ...more }
}

/** By name, by ARN, or by `ACCOUNT:function:NAME`; `$LATEST` is the only version here. */
function findFunction(call: NeighbourCall): FunctionState {
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

function stateOf(call: NeighbourCall): LambdaState {
  return inRegion(call.account.lambda, call) ?? { functions: [], mappings: [] }
}

function notFound(message: string): AwsError {
  return new AwsError('ResourceNotFoundException', message, { status: 404 })
}
