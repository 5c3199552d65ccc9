import type { FunctionEventInvokeConfig } from '@aws-sdk/client-lambda'
import { sentTo } from '../call.ts'
import type { Kind } from '../kind.ts'
import { arnAt, callOn, type Members } from './picked.ts'

/** As PutFunctionEventInvokeConfig takes it, without the function. */
export type FunctionFailures = Members & { DestinationConfig?: Members }

/** What a function's asynchronous calls do when they fail: how often they are tried, and where the rest goes. */
export const functionFailures: Kind<FunctionFailures> = {
  name: 'function-failures',
  title: 'asynchronous calls of function',
  reads: ({ resource }, place) => [
    {
      action: 'lambda:GetFunctionEventInvokeConfig',
      resource: arnAt(place, 'lambda', `function:${resource}`),
    },
  ],
  read: async (door, { resource, region }) => {
    const found = await door.find('lambda', 'GetFunctionEventInvokeConfig', {
      input: { FunctionName: resource },
      ...{ region, resource, absent: ['ResourceNotFoundException'] },
    })
    if (!found) return { state: null }
    return { state: stateOf(found) }
  },
  calls: ({ resource: FunctionName, region, from, to, place }) => {
    const resource = arnAt(place, 'lambda', `function:${FunctionName}`)
    if (to !== null) {
      const input = { FunctionName, ...to }
      const call = callOn('lambda', 'PutFunctionEventInvokeConfig', { input, resource })
      // Lambda looks whether the role may write there, and does not know at once what IAM was told.
      return sentTo(region, [{ ...call, retryOn: ['InvalidParameterValueException'] }])
    }
    if (from === null) return []
    const input = { FunctionName }
    return sentTo(region, [callOn('lambda', 'DeleteFunctionEventInvokeConfig', { input, resource })])
  },
  risk: () => 'safe',
  terraform: ({ resource }, state) => ({
    type: 'aws_lambda_function_event_invoke_config',
    arguments: {
      function_name: resource,
      ...(state['MaximumRetryAttempts'] !== undefined && {
        maximum_retry_attempts: state['MaximumRetryAttempts'],
      }),
      ...(state['MaximumEventAgeInSeconds'] !== undefined && {
        maximum_event_age_in_seconds: state['MaximumEventAgeInSeconds'],
      }),
    },
    importId: resource,
  }),
}

/** What is not said is what Lambda does by itself, and a destination that is empty is none. */
function stateOf(found: FunctionEventInvokeConfig): FunctionFailures {
  const { MaximumRetryAttempts = 2, MaximumEventAgeInSeconds = 21_600, DestinationConfig = {} } = found
  const set = Object.entries(DestinationConfig).filter(([, to]) => to?.Destination)
  const destinations = set.map(([when, to]) => [when, { Destination: to?.Destination ?? '' }])
  return {
    ...{ MaximumRetryAttempts, MaximumEventAgeInSeconds },
    ...(set.length > 0 && { DestinationConfig: Object.fromEntries(destinations) }),
  }
}
