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
    const { MaximumRetryAttempts, MaximumEventAgeInSeconds, DestinationConfig } = found
    const state = { MaximumRetryAttempts, MaximumEventAgeInSeconds, DestinationConfig }
    return { state: JSON.parse(JSON.stringify(state)) as FunctionFailures }
  },
  calls: ({ resource: FunctionName, region, from, to, place }) => {
    const resource = arnAt(place, 'lambda', `function:${FunctionName}`)
    if (to !== null) {
      const input = { FunctionName, ...to }
      return sentTo(region, [callOn('lambda', 'PutFunctionEventInvokeConfig', { input, resource })])
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
