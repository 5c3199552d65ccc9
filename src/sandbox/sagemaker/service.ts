import { AwsError } from '../http.ts'
import { needText, readText, refuse } from '../neighbour/input.ts'
import { pageOf } from '../neighbour/page.ts'
import { arnOf, inRegion, type NeighbourCall, type NeighbourService } from '../neighbour/service.ts'
import { knownOperations } from './known-operations.ts'
import type { SageMakerState } from './state.ts'

export const sagemaker: NeighbourService = {
  name: 'sagemaker',
  wire: { kind: 'json', version: '1.1', target: 'SageMaker', known: knownOperations },
  errors: { input: 'ValidationException', token: 'ValidationException' },
  operations: {
    DescribeEndpoint: (call) => {
      const name = needText(call, 'EndpointName')
      const found = stateOf(call).endpoints.find(({ EndpointName }) => EndpointName === name)
      return { ...(found ?? missing(call, 'endpoint', name)) }
    },
    DescribeEndpointConfig: (call) => {
      const name = needText(call, 'EndpointConfigName')
      const found = stateOf(call).endpointConfigs.find(
        ({ EndpointConfigName }) => EndpointConfigName === name,
      )
      return { ...(found ?? missing(call, 'endpoint configuration', name)) }
    },
    DescribeModel: (call) => {
      const name = needText(call, 'ModelName')
      const found = stateOf(call).models.find(({ ModelName }) => ModelName === name)
      return { ...(found ?? missing(call, 'model', name)) }
    },
    ListEndpoints: listEndpoints,
    ListModels: listModels,
  },
}

/** Ten a page, when nobody asks for more. */
const paging = { token: 'NextToken', size: 'MaxResults', default: 10, most: 100 }

function listModels(call: NeighbourCall): Record<string, unknown> {
  const { models } = stateOf(call)
  const { items, more } = listed(call, models, ({ ModelName }) => ModelName)
  const Models = items.map(({ ModelName, ModelArn, CreationTime }) => ({ ModelName, ModelArn, CreationTime }))
  return { Models, ...more }
}

function listEndpoints(call: NeighbourCall): Record<string, unknown> {
  refuse(call, 'LastModifiedTimeBefore', 'LastModifiedTimeAfter')
  const status = readText(call, 'StatusEquals')
  const { endpoints } = stateOf(call)
  const fitting = endpoints.filter((each) => status === undefined || each.EndpointStatus === status)
  const { items, more } = listed(call, fitting, ({ EndpointName }) => EndpointName)
  const Endpoints = items.map(({ EndpointConfigName: _, ProductionVariants: __, ...summary }) => summary)
  return { Endpoints, ...more }
}

/** The newest first, unless another order is asked for. */
function listed<T extends { CreationTime: number }>(
  call: NeighbourCall,
  items: readonly T[],
  nameOf: (item: T) => string,
) {
  refuse(call, 'CreationTimeBefore', 'CreationTimeAfter')
  const part = readText(call, 'NameContains') ?? ''
  const sortBy = readText(call, 'SortBy', ['Name', 'CreationTime', 'Status']) ?? 'CreationTime'
  const descending = readText(call, 'SortOrder', ['Ascending', 'Descending']) !== 'Ascending'
  const timeOf = (item: T) => String(Math.round(item.CreationTime * 1000)).padStart(15, '0')
  const keyOf = (item: T) => (sortBy === 'Name' ? nameOf(item) : `${timeOf(item)} ${nameOf(item)}`)
  const fitting = items.filter((item) => nameOf(item).includes(part))
  return pageOf(call, fitting, { ...paging, descending, keyOf })
}

/** SageMaker calls what is not there a validation error. */
function missing(call: NeighbourCall, kind: string, name: string): never {
  const arn = arnOf(call, 'sagemaker', `${kind.replace('uration', '').replace(' ', '-')}/${name}`)
  throw new AwsError('ValidationException', `Could not find ${kind} "${arn}".`)
}

function stateOf(call: NeighbourCall): SageMakerState {
  return inRegion(call.account.sagemaker, call) ?? { models: [], endpointConfigs: [], endpoints: [] }
}
