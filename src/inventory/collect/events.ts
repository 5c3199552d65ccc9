import {
  EventBridgeClient,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  type Rule,
  type Target,
} from '@aws-sdk/client-eventbridge'
import { inParallel } from '../../core/parallel.ts'
import type { EventRule, EventTarget } from '../neighbours.ts'
import { type Asking, askAll } from './question.ts'

const atOnce = 4

/** The rules of the default bus, where AWS services send their events, with their targets. */
export async function collectEventRules({ aws, signal }: Asking): Promise<EventRule[]> {
  const client = new EventBridgeClient(aws.clientConfig('events'))
  const options = { abortSignal: signal }
  try {
    const rules = await askAll(
      'events:ListRules',
      byToken((token) => client.send(new ListRulesCommand(token), options)),
      (page) => page.Rules,
    )
    const found = new Map<Rule, EventRule>()
    await inParallel(rules, atOnce, async (rule) => {
      const targets = await askAll(
        'events:ListTargetsByRule',
        byToken((token) => client.send(new ListTargetsByRuleCommand({ Rule: rule.Name, ...token }), options)),
        (page) => page.Targets,
      )
      found.set(rule, toRule(rule, targets))
    })
    return rules.flatMap((rule) => found.get(rule) ?? [])
  } finally {
    client.destroy()
  }
}

/** The SDK has no paginator for EventBridge. */
async function* byToken<Page extends { NextToken?: string | undefined }>(
  fetch: (token: { NextToken?: string }) => Promise<Page>,
): AsyncIterable<Page> {
  let token: string | undefined
  do {
    const page: Page = await fetch(token ? { NextToken: token } : {})
    yield page
    token = page.NextToken
  } while (token)
}

function toRule(rule: Rule, targets: Target[]): EventRule {
  return {
    name: rule.Name ?? '',
    arn: rule.Arn ?? '',
    bus: rule.EventBusName ?? 'default',
    enabled: rule.State !== 'DISABLED',
    ...(rule.State === 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS' && { readingCalls: true }),
    ...(rule.EventPattern && { pattern: rule.EventPattern }),
    ...(rule.ScheduleExpression && { schedule: rule.ScheduleExpression }),
    targets: targets.map(toTarget),
  }
}

function toTarget(target: Target): EventTarget {
  return {
    arn: target.Arn ?? '',
    ...(target.DeadLetterConfig?.Arn && { deadLetter: target.DeadLetterConfig.Arn }),
    ...(target.EcsParameters?.TaskDefinitionArn && {
      taskDefinition: target.EcsParameters.TaskDefinitionArn,
    }),
  }
}
