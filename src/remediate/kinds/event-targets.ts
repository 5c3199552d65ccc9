import { sentTo } from '../call.ts'
import type { Kind } from '../kind.ts'
import { ruleArn } from './event-rule.ts'
import { callOn, type Members, passing } from './picked.ts'

/** As the API has it, without its id. */
export type EventTargetState = Members & { Arn: string }

/** One target of one rule of the default bus; the resource is `RULE/ID`. */
export const eventTargets: Kind<EventTargetState> = {
  name: 'event-targets',
  title: 'target of event rule',
  reads: ({ resource }, place) => [
    { action: 'events:ListTargetsByRule', resource: ruleArn(place, partsOf(resource).rule) },
  ],
  read: async (door, { resource, region }) => {
    const { rule, id } = partsOf(resource)
    const found = await door.find('events', 'ListTargetsByRule', {
      input: { Rule: rule, Limit: 100 },
      ...{ region, resource, absent: ['ResourceNotFoundException'] },
    })
    const target = found?.Targets?.find(({ Id }) => Id === id)
    if (!target) return { state: null }
    const { Id: _, ...rest } = target
    return { state: JSON.parse(JSON.stringify(rest)) as EventTargetState }
  },
  calls: ({ resource, region, from, to, place }) => {
    const { rule, id } = partsOf(resource)
    const arn = ruleArn(place, rule)
    if (to === null) {
      const input = { Rule: rule, Ids: [id] }
      return from === null
        ? []
        : sentTo(region, [callOn('events', 'RemoveTargets', { input, resource: arn })])
    }
    const input = { Rule: rule, Targets: [{ Id: id, ...to }] }
    const call = callOn('events', 'PutTargets', { input, resource: arn })
    return sentTo(region, [{ ...call, needs: [...call.needs, ...passing(to['RoleArn'])] }])
  },
  risk: () => 'visible',
  // In CloudFormation targets stand in the rule, all of them together.
  terraform: ({ resource }, { Arn }) => {
    const { rule, id } = partsOf(resource)
    return {
      type: 'aws_cloudwatch_event_target',
      arguments: { rule, target_id: id, arn: Arn },
      importId: resource,
    }
  },
}

function partsOf(resource: string): { rule: string; id: string } {
  const [rule = '', id = ''] = resource.split('/')
  return { rule, id }
}
