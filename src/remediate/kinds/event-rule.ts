import { sentTo } from '../call.ts'
import type { Kind } from '../kind.ts'
import type { Place } from '../place.ts'
import { arnAt, callOn, type Members, passing, picked } from './picked.ts'

/** As PutRule takes it, without its name; tags and targets stay as they are. */
export type EventRuleState = Members

const members = ['EventPattern', 'ScheduleExpression', 'State', 'Description', 'RoleArn']

/** Of the default bus, where services of AWS send their events. */
export const eventRule: Kind<EventRuleState> = {
  name: 'event-rule',
  title: 'event rule',
  reads: ({ resource }, place) => [{ action: 'events:DescribeRule', resource: ruleArn(place, resource) }],
  read: async (door, { resource, region }) => {
    const found = await door.find('events', 'DescribeRule', {
      input: { Name: resource },
      ...{ region, resource, absent: ['ResourceNotFoundException'] },
    })
    return { state: found ? picked(found, members) : null }
  },
  calls: ({ resource: Name, region, from, to, place }) => {
    const resource = ruleArn(place, Name)
    if (to === null)
      return from === null
        ? []
        : sentTo(region, [callOn('events', 'DeleteRule', { input: { Name }, resource })])
    const call = callOn('events', 'PutRule', { input: { Name, ...to }, resource })
    return sentTo(region, [{ ...call, needs: [...call.needs, ...passing(to['RoleArn'])] }])
  },
  risk: () => 'visible',
  cloudformation: ({ resource }, state, place) => {
    const { EventPattern, ...rest } = state
    return {
      type: 'AWS::Events::Rule',
      properties: {
        Name: resource,
        ...(rest as { [name: string]: string }),
        ...(typeof EventPattern === 'string' && { EventPattern: JSON.parse(EventPattern) }),
      },
      identifier: { Arn: ruleArn(place, resource) },
    }
  },
  terraform: ({ resource }, state) => ({
    type: 'aws_cloudwatch_event_rule',
    arguments: {
      name: resource,
      ...(state['Description'] !== undefined && { description: state['Description'] }),
      ...(state['EventPattern'] !== undefined && { event_pattern: state['EventPattern'] }),
      ...(state['ScheduleExpression'] !== undefined && { schedule_expression: state['ScheduleExpression'] }),
      ...(state['State'] !== undefined && { state: state['State'] }),
    },
    importId: `default/${resource}`,
  }),
}

export function ruleArn(place: Place, name: string): string {
  return arnAt(place, 'events', `rule/${name}`)
}
