import type { Inventory, MissingAnswer } from '../inventory/inventory.ts'
import type { Alarm, EventRule, MetricFilter, Trail } from '../inventory/neighbours.ts'
import { eventMatches } from './event-pattern.ts'
import { filterMatches } from './filter-pattern.ts'
import type { Sample } from './samples.ts'
import { recordedBy } from './trails.ts'

/** Whether anybody hears of an event, followed link by link from the call to a person. */
export interface Watch {
  /** Every chain that reaches somebody, in words. */
  heard: string[]
  /** Where the others break. The longest chain comes first. */
  broken: string[]
  /** Answers that a chain would have needed. */
  missing: MissingAnswer[]
}

type Link = { heard: string } | { broken: string; links: number } | { missing: MissingAnswer }

/**
 * Two ways lead to people: trail -> log group -> metric filter -> alarm -> topic -> subscriber, and
 * EventBridge rule -> target. Every link is judged on what it would do with the sample, not on its name.
 */
export function watch(inventory: Inventory, sample: Sample): Watch {
  const links = [...byAlarm(inventory, sample), ...byRule(inventory, sample)]
  const broken = links.flatMap((link) => ('broken' in link ? [link] : []))
  return {
    heard: unique(links.flatMap((link) => ('heard' in link ? [link.heard] : []))),
    broken: unique(broken.sort((a, b) => b.links - a.links).map((link) => link.broken)),
    missing: links.flatMap((link) => ('missing' in link ? [link.missing] : [])),
  }
}

function byAlarm(inventory: Inventory, sample: Sample): Link[] {
  if (!sample.record) return []
  const { trails } = inventory
  if ('error' in trails) return [{ missing: trails.error }]
  if (trails.ok.length === 0) return [{ broken: 'there is no trail', links: 0 }]
  return trails.ok.flatMap((trail) => fromTrail(trail, sample, inventory))
}

function fromTrail(trail: Trail, sample: Sample, inventory: Inventory): Link[] {
  const recorded = recordedBy(trail, sample, inventory)
  if (recorded !== true) return [{ broken: recorded.why, links: 0 }]
  const { logGroup, status } = trail
  if (!logGroup) return [{ broken: `trail ${trail.name} has no log group`, links: 1 }]
  if ('ok' in status && status.ok.logsDeliveryError)
    return [
      {
        broken: `trail ${trail.name} cannot write to its log group: ${status.ok.logsDeliveryError}`,
        links: 1,
      },
    ]
  const { metricFilters } = inventory
  if ('error' in metricFilters) return [{ missing: metricFilters.error }]
  const name = logGroup.split(':log-group:')[1]
  const filters = metricFilters.ok.filter((filter) => filter.logGroup === name)
  const counting = filters.filter(({ pattern }) => filterMatches(pattern, sample.record) === true)
  if (counting.length > 0) return counting.flatMap((filter) => fromFilter(filter, inventory))
  return [{ broken: noFilter(filters, sample, name ?? ''), links: 2 }]
}

function noFilter(filters: readonly MetricFilter[], { what, record }: Sample, group: string): string {
  const unread = filters.find(({ pattern }) => typeof filterMatches(pattern, record) === 'object')
  const but = unread ? ` (${unread.name} cannot be judged)` : ''
  return filters.length === 0
    ? `log group ${group} has no metric filter`
    : `no metric filter of ${group} counts ${what}${but}`
}

function fromFilter(filter: MetricFilter, inventory: Inventory): Link[] {
  const { alarms } = inventory
  if ('error' in alarms) return [{ missing: alarms.error }]
  const watching = alarms.ok.filter(({ metric }) =>
    filter.metrics.some(({ namespace, name }) => metric?.namespace === namespace && metric.name === name),
  )
  if (watching.length === 0)
    return [{ broken: `no alarm watches what filter ${filter.name} counts`, links: 3 }]
  return watching.flatMap((alarm) => fromAlarm(alarm, alarms.ok, { inventory, filter }))
}

function fromAlarm(
  alarm: Alarm,
  all: readonly Alarm[],
  { inventory, filter }: { inventory: Inventory; filter: MetricFilter },
): Link[] {
  if (!firesOnOne(alarm)) return [{ broken: `one such event does not set off alarm ${alarm.name}`, links: 4 }]
  const above = all.filter(({ children }) => children.includes(alarm.name))
  return [alarm, ...above].flatMap((one) => {
    const from = `filter ${filter.name}, alarm ${one.name}`
    if (!one.actionsEnabled)
      return [{ broken: `the actions of alarm ${one.name} are switched off`, links: 4 }]
    if (one.actions.length === 0) return [{ broken: `alarm ${one.name} tells nobody`, links: 4 }]
    return one.actions.map((arn) => fromAction(arn, from, inventory))
  })
}

/** A metric filter counts 1 for each event. */
function firesOnOne({ comparison, threshold = 0, statistic, evaluationPeriods = 1 }: Alarm): boolean {
  const counts = statistic === undefined || ['Sum', 'Maximum', 'SampleCount'].includes(statistic)
  if (!counts || evaluationPeriods > 1) return false
  if (comparison === 'GreaterThanThreshold') return threshold < 1
  return comparison === 'GreaterThanOrEqualToThreshold' && threshold <= 1
}

function byRule(inventory: Inventory, sample: Sample): Link[] {
  const { eventRules } = inventory
  if ('error' in eventRules) return [{ missing: eventRules.error }]
  return eventRules.ok.flatMap((rule) => fromRule(rule, sample, inventory))
}

function fromRule(rule: EventRule, sample: Sample, inventory: Inventory): Link[] {
  const { pattern } = rule
  if (!pattern) return []
  const taken = sample.events.filter((event) => eventMatches(pattern, event) === true)
  if (taken.length === 0) return []
  if (!rule.enabled) return [{ broken: `rule ${rule.name} is disabled`, links: 2 }]
  if (rule.targets.length === 0) return [{ broken: `rule ${rule.name} has no target`, links: 2 }]
  if (taken.every(isViaTrail) && !isSent(inventory, sample))
    return [{ broken: `rule ${rule.name} waits for calls that no trail records`, links: 1 }]
  return rule.targets.map(({ arn }) => fromAction(arn, `rule ${rule.name}`, inventory))
}

function isViaTrail(event: Record<string, unknown>): boolean {
  return event['detail-type'] === 'AWS API Call via CloudTrail'
}

/** EventBridge has API calls only where a trail records them. */
function isSent(inventory: Inventory, sample: Sample): boolean {
  const { trails } = inventory
  return 'ok' in trails && trails.ok.some((trail) => recordedBy(trail, sample, inventory) === true)
}

/** A topic is heard through a confirmed subscription; what another service does with it cannot be seen from here. */
function fromAction(arn: string, from: string, { topics }: Inventory): Link {
  if (arn.split(':')[2] !== 'sns') return { heard: `${from}, ${arn}` }
  const name = arn.split(':').at(-1)
  const topic = topics[arn]
  if (!topic) return { broken: `${from}: topic ${name} was not read`, links: 5 }
  if ('error' in topic) {
    const isGone = /notfound/i.test(topic.error.code)
    return isGone ? { broken: `${from}: topic ${name} does not exist`, links: 5 } : { missing: topic.error }
  }
  const confirmed = topic.ok.subscriptions.filter((one) => one.confirmed)
  if (confirmed.length === 0)
    return { broken: `${from}: topic ${name} has no confirmed subscriber`, links: 5 }
  return { heard: `${from}, topic ${name} (${confirmed.map(({ protocol }) => protocol).join(', ')})` }
}

function unique(texts: string[]): string[] {
  return [...new Set(texts)]
}
