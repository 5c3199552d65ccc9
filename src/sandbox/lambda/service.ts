import { readText, refuse } from '../neighbour/input.ts'
import { pageOf } from '../neighbour/page.ts'
import type { NeighbourCall, NeighbourService } from '../neighbour/service.ts'
import {
  deleteFunctionEventInvokeConfig,
  putFunctionEventInvokeConfig,
  updateFunctionConfiguration,
} from './changes.ts'
import { configurationOf, findFunction, notFound, stateOf } from './functions.ts'
import { knownPaths } from './known-operations.ts'
import type { FunctionState } from './state.ts'

export const lambda: NeighbourService = {
  name: 'lambda',
  wire: { kind: 'rest', known: knownPaths, numbers: ['MaxItems'] },
  errors: { input: 'InvalidParameterValueException', token: 'InvalidParameterValueException' },
  operations: {
    DeleteFunctionEventInvokeConfig: deleteFunctionEventInvokeConfig,
    GetFunction: getFunction,
    GetFunctionConfiguration: (call) => configurationOf(findFunction(call)),
    GetFunctionEventInvokeConfig: getEventInvokeConfig,
    GetPolicy: getPolicy,
    ListEventSourceMappings: listEventSourceMappings,
    ListFunctions: listFunctions,
    PutFunctionEventInvokeConfig: putFunctionEventInvokeConfig,
    UpdateFunctionConfiguration: updateFunctionConfiguration,
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
