import { AwsError } from '../http.ts'
import { readInteger, readText, refuse } from '../neighbour/input.ts'
import type { NeighbourCall } from '../neighbour/service.ts'
import { configurationOf, findFunction, notFound } from './functions.ts'
import { runtimes } from './runtimes.ts'
import type { FunctionConfiguration } from './state.ts'

const others = [
  'VpcConfig',
  'KMSKeyArn',
  'TracingConfig',
  'Layers',
  'FileSystemConfigs',
  'ImageConfig',
  'SnapStart',
]

/** What is not given stays as it is. An update is done at once here. */
export function updateFunctionConfiguration(call: NeighbourCall): Record<string, unknown> {
  refuse(call, ...others, 'EphemeralStorage', 'LoggingConfig')
  const found = findFunction(call)
  const { configuration } = found
  const next = { ...configuration, ...changesOf(call, configuration) }
  // An empty target takes the queue away.
  if (memberOf(call, 'DeadLetterConfig', 'TargetArn') === '') delete next.DeadLetterConfig
  next.LastModified = new Date(call.world.now()).toISOString().replace('Z', '+0000')
  found.configuration = next
  return configurationOf(found)
}

function changesOf(
  call: NeighbourCall,
  { Runtime: before }: FunctionConfiguration,
): Partial<FunctionConfiguration> {
  const texts = ['Role', 'Handler', 'Description'].map((name) => [name, readText(call, name)] as const)
  const Runtime = runtimeOf(call, before)
  const Timeout = readInteger(call, 'Timeout', { min: 1, max: 900 })
  const MemorySize = readInteger(call, 'MemorySize', { min: 128, max: 10_240 })
  const dead = memberOf(call, 'DeadLetterConfig', 'TargetArn')
  const variables = call.input['Environment'] as { Variables?: Record<string, string> } | undefined
  return {
    ...Object.fromEntries(texts.filter(([, value]) => value !== undefined)),
    ...(Runtime !== undefined && { Runtime }),
    ...(Timeout !== undefined && { Timeout }),
    ...(MemorySize !== undefined && { MemorySize }),
    ...(dead && { DeadLetterConfig: { TargetArn: queueOrTopic(dead) } }),
    ...(variables && { Environment: { Variables: variables.Variables ?? {} } }),
  }
}

/** No function goes back to a runtime that Lambda does not update any more. */
function runtimeOf(call: NeighbourCall, before: string | undefined): string | undefined {
  const wanted = readText(call, 'Runtime')
  if (wanted === undefined || wanted === before) return wanted
  if (before === undefined) throw invalid('A function from an image has no runtime.')
  if (runtimes.includes(wanted)) return wanted
  throw invalid(`The runtime parameter of ${wanted} is not supported for creating or updating functions.`)
}

/** Replaces the whole of it: what is not given is as for a function that has none. */
export function putFunctionEventInvokeConfig(call: NeighbourCall): Record<string, unknown> {
  const found = findFunction(call)
  const destinations = { ...call, input: (call.input['DestinationConfig'] ?? {}) as Record<string, unknown> }
  const failed = memberOf(destinations, 'OnFailure', 'Destination')
  const done = memberOf(destinations, 'OnSuccess', 'Destination')
  found.invoke = {
    LastModified: Math.floor(call.world.now() / 1000),
    MaximumRetryAttempts: readInteger(call, 'MaximumRetryAttempts', { min: 0, max: 2 }) ?? 2,
    MaximumEventAgeInSeconds:
      readInteger(call, 'MaximumEventAgeInSeconds', { min: 60, max: 21_600 }) ?? 21_600,
    DestinationConfig: {
      OnSuccess: done === undefined ? {} : { Destination: done },
      OnFailure: failed === undefined ? {} : { Destination: failed },
    },
  }
  return { ...found.invoke, FunctionArn: `${found.configuration.FunctionArn}:$LATEST` }
}

/** From then on it is as for a function that was never told anything. */
export function deleteFunctionEventInvokeConfig(call: NeighbourCall): Record<string, unknown> {
  const found = findFunction(call)
  if (!found.invoke) throw notFound('The function does not have an EventInvokeConfig')
  delete found.invoke
  return {}
}

function memberOf(call: NeighbourCall, outer: string, inner: string): string | undefined {
  const input = call.input[outer]
  if (input == null) return undefined
  return readText({ ...call, input: input as Record<string, unknown> }, inner)
}

function queueOrTopic(arn: string): string {
  if (/^arn:[^:]+:(sqs|sns):/.test(arn)) return arn
  throw invalid('A dead letter target is a queue or a topic.')
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', message)
}
