import type { Inventory, MissingAnswer } from '../inventory/inventory.ts'
import type { Alarm, EventRule, MetricFilter, Trail } from '../inventory/neighbours.ts'
import { eventMatches } from './event-pattern.ts'
import { filterMatches } from './filter-pattern.ts'
import type { Sample } from './samples.ts'
import { type NotRecorded, recordedBy } from './trails.ts'

/** Whether anybody hears of an event, followed link by link from the call to a person. */
export interface Watch {
  /** Every chain that reaches somebody, in words. */
  heard: string[]
  /** Where the others break. The longest chain comes first. */
  broken: string[]
  /** Chains that would reach somebody, if a pattern that cannot be read takes the event. */
  unread: string[]
  /** Answers that a chain would have needed. */
  missing: MissingAnswer[]
}

type Link =
  | { heard: string }
  | { broken: string; links: number }
  | { unread: string }
  | { missing: MissingAnswer }

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
    unread: unique(links.flatMap((link) => ('unread' in link ? [link.unread] : []))),
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
  if (recorded !== true) return [notRecorded(recorded)]
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
  const name = logGroup.split(':log-group:')[1] ?? ''
  const filters = metricFilters.ok.filter((filter) => filter.logGroup === name)
  const links = filters.flatMap((filter) => throughFilter(filter, sample, inventory))
  if (links.length > 0) return links
  const broken =
    filters.length === 0
      ? `log group ${name} has no metric filter`
      : `no metric filter of ${name} counts ${sample.what}`
  return [{ broken, links: 2 }]
}

function notRecorded({ why, missing }: NotRecorded): Link {
  return missing ? { missing } : { broken: why, links: 0 }
}

/** Nothing when the filter does not count the event. */
function throughFilter(filter: MetricFilter, { record }: Sample, inventory: Inventory): Link[] {
  const counts = filterMatches(filter.pattern, record)
  if (counts === false) return []
  const links = fromFilter(filter, inventory)
  return counts === true ? links : links.map((link) => unlessRead(link, `filter ${filter.name}`, counts))
}

/** What is heard only if a pattern takes the event that could not be read. */
function unlessRead(link: Link, what: string, { unreadable }: { unreadable: string }): Link {
  return 'heard' in link ? { unread: `${what}: ${unreadable}` } : link
}

function fromFilter(filter: MetricFilter, inventory: Inventory): Link[] {
  const { alarms } = inventory
  if ('error' in alarms) return [{ missing: alarms.error }]
  const watching = alarms.ok.filter(({ metric }) => filter.metrics.some((each) => isMetric(each, metric)))
  if (watching.length === 0)
    return [{ broken: `no alarm watches what filter ${filter.name} counts`, links: 3 }]
  return watching.flatMap((alarm) => fromAlarm(alarm, alarms.ok, { inventory, filter }))
}

function isMetric({ namespace, name }: { namespace: string; name: string }, metric: Alarm['metric']) {
  return metric?.namespace === namespace && metric.name === name
}

function fromAlarm(
  alarm: Alarm,
  all: readonly Alarm[],
  { inventory, filter }: { inventory: Inventory; filter: MetricFilter },
): Link[] {
  const counted = filter.metrics.filter((each) => isMetric(each, alarm.metric)).map(({ value }) => value)
  if (!counted.some((value) => firesOnOne(alarm, value)))
    return [{ broken: `one such event does not set off alarm ${alarm.name}`, links: 4 }]
  const above = all.filter(({ children }) => children.includes(alarm.name))
  return [alarm, ...above].flatMap((one) => {
    const from = `filter ${filter.name}, alarm ${one.name}`
    if (!one.actionsEnabled)
      return [{ broken: `the actions of alarm ${one.name} are switched off`, links: 4 }]
    if (one.actions.length === 0) return [{ broken: `alarm ${one.name} tells nobody`, links: 4 }]
    return one.actions.map((arn) => fromAction(arn, from, inventory))
  })
}

/** A metric filter counts its value for each event; one that it takes from the event is taken as 1. */
function firesOnOne(alarm: Alarm, value: string): boolean {
  const { comparison, threshold = 0, statistic, evaluationPeriods = 1, datapointsToAlarm } = alarm
  if ((datapointsToAlarm ?? evaluationPeriods) > 1) return false
  if (statistic !== undefined && !['Sum', 'Maximum', 'SampleCount'].includes(statistic)) return false
  const counted = statistic === 'SampleCount' || value.startsWith('$') ? 1 : Number(value)
  if (comparison === 'GreaterThanThreshold') return counted > threshold
  return comparison === 'GreaterThanOrEqualToThreshold' && counted >= threshold
}

function byRule(inventory: Inventory, sample: Sample): Link[] {
  const { eventRules } = inventory
  if ('error' in eventRules) return [{ missing: eventRules.error }]
  return eventRules.ok.flatMap((rule) => fromRule(rule, sample, inventory))
}

function fromRule(rule: EventRule, sample: Sample, inventory: Inventory): Link[] {
  const { pattern } = rule
  if (!pattern) return []
  const matched = sample.events.map((event) => ({ event, match: eventMatches(pattern, event) }))
  const taken = matched.filter(({ match }) => match !== false)
  if (taken.length === 0) return []
  const unreadable = taken.some(({ match }) => match === true)
    ? undefined
    : taken.map(({ match }) => match).find((match) => typeof match === 'object')
  const links = takenBy(rule, sample, { inventory, viaTrail: taken.every(({ event }) => isViaTrail(event)) })
  return unreadable ? links.map((link) => unlessRead(link, `rule ${rule.name}`, unreadable)) : links
}

function takenBy(
  rule: EventRule,
  sample: Sample,
  { inventory, viaTrail }: { inventory: Inventory; viaTrail: boolean },
): Link[] {
  if (!rule.enabled) return [{ broken: `rule ${rule.name} is disabled`, links: 3 }]
  if (rule.targets.length === 0) return [{ broken: `rule ${rule.name} has no target`, links: 3 }]
  const notSent = viaTrail ? whyNotSent(rule, sample, inventory) : undefined
  return notSent ? [notSent] : rule.targets.map(({ arn }) => fromAction(arn, `rule ${rule.name}`, inventory))
}

function isViaTrail(event: Record<string, unknown>): boolean {
  return event['detail-type'] === 'AWS API Call via CloudTrail'
}

/** EventBridge has API calls only where a trail records them, and reading ones only for rules that ask for them. */
function whyNotSent(rule: EventRule, sample: Sample, inventory: Inventory): Link | undefined {
  const { trails } = inventory
  if ('error' in trails) return { missing: trails.error }
  if (sample.record?.['readOnly'] === true && !rule.readingCalls)
    return { broken: `rule ${rule.name} is not sent calls that only read`, links: 2 }
  const recorded = trails.ok.map((trail) => recordedBy(trail, sample, inventory))
  if (recorded.includes(true)) return undefined
  const missing = recorded.flatMap((each) => (each !== true && each.missing ? [each.missing] : []))[0]
  return missing
    ? { missing }
    : { broken: `rule ${rule.name} waits for calls that no trail records`, links: 1 }
}

/** A topic is heard through a confirmed subscription; what another service does with it cannot be seen from here. */
function fromAction(arn: string, from: string, { topics }: Inventory): Link {
  if (arn.split(':')[2] !== 'sns') return { heard: `${from}, ${arn}` }
  const name = arn.split(':').at(-1)
  const topic = topics[arn]
  if (!topic) return { missing: notAsked(arn) }
  if ('error' in topic) {
    const isGone = /notfound/i.test(topic.error.code)
    return isGone ? { broken: `${from}: topic ${name} does not exist`, links: 5 } : { missing: topic.error }
  }
  const confirmed = topic.ok.subscriptions.filter((one) => one.confirmed)
  if (confirmed.length === 0)
    return { broken: `${from}: topic ${name} has no confirmed subscriber`, links: 5 }
  return { heard: `${from}, topic ${name} (${confirmed.map(({ protocol }) => protocol).join(', ')})` }
}

function notAsked(topic: string): MissingAnswer {
  const message = `The inventory holds nothing about ${topic}.`
  return { code: 'NotAnswered', message, needs: 'sns:ListSubscriptionsByTopic' }
}

function unique(texts: string[]): string[] {
  return [...new Set(texts)]
}
