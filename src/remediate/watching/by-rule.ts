import { eventMatches } from '../../events/event-pattern.ts'
import type { Sample } from '../../events/samples.ts'
import type { Inventory } from '../../inventory/inventory.ts'
import type { EventRule } from '../../inventory/neighbours.ts'
import type { FixContext } from '../fix.ts'
import { eventRule } from '../kinds/event-rule.ts'
import { eventTargets } from '../kinds/event-targets.ts'
import { arnAt } from '../kinds/picked.ts'
import type { Ear } from './ear.ts'
import { harmless } from './harmless.ts'
import type { Listening } from './hearing.ts'

export interface NewRule {
  name: string
  description: string
  pattern: object
  /** API calls that only read are sent, too. */
  readingCalls?: boolean
  /** What changes for people. */
  why: string
  warnings?: string[]
}

const mostTargets = 5

/** EventBridge tells the topic: through a rule that is there and fits, or through a new one. */
export function byRule(context: FixContext, samples: readonly Sample[], wanted: NewRule) {
  return (ear: Ear): Listening => {
    const { inventory } = context
    const fitting =
      'ok' in inventory.eventRules ? fittingRule(inventory.eventRules.ok, samples, inventory) : undefined
    const rule = fitting ?? made(wanted, inventory)
    const reading = wanted.readingCalls || rule.readingCalls
    const isThere = rule.targets.some(({ arn }) => arn === ear.arn)
    const after: EventRule = {
      ...rule,
      enabled: true,
      ...(reading && { readingCalls: true }),
      targets: isThere ? rule.targets : [...rule.targets, { arn: ear.arn }],
    }
    return {
      publisher: 'events',
      project: (before) => withRule(before, after),
      propose: () => propose(context, { wanted, rule: after, ear, isNew: !fitting, isThere }),
    }
  }
}

interface Proposed {
  wanted: NewRule
  rule: EventRule
  ear: Ear
  isNew: boolean
  isThere: boolean
}

function propose({ draft }: FixContext, { wanted, rule, ear, isNew, isThere }: Proposed): void {
  const { why, warnings = [], description, pattern } = wanted
  const fresh = { EventPattern: JSON.stringify(pattern), Description: description }
  const State = rule.readingCalls ? 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS' : 'ENABLED'
  draft.change(
    eventRule,
    rule.name,
    (state) => (isNew ? { ...state, ...fresh, State } : state && { ...state, State }),
    {
      why: isNew ? why : `Rule ${rule.name}, which is there and fits, is switched on.`,
      warnings: [...warnings, ...(isNew ? [] : ['The other targets of the rule hear of it again, too.'])],
    },
  )
  if (isThere) return
  draft.change(eventTargets, `${rule.name}/holdfast`, () => ({ Arn: ear.arn }), {
    why: `What the rule takes goes to the topic ${ear.name}.`,
  })
}

/**
 * One that takes every sample and nothing of every day, and whose other targets are topics: a queue or a function would
 * begin to do what nobody expects.
 */
function fittingRule(rules: readonly EventRule[], samples: readonly Sample[], inventory: Inventory) {
  return rules.find(({ pattern, schedule, targets, name }) => {
    if (!pattern || schedule || targets.length >= mostTargets || name.startsWith('AWS')) return false
    const takes = (event: unknown) => eventMatches(pattern, event) === true
    const onlyTopics = targets.every(({ arn }) => arn.split(':')[2] === 'sns')
    return (
      onlyTopics &&
      samples.every(({ events }) => events.some(takes)) &&
      !harmless(inventory.registry).some(({ events }) => events.some(takes))
    )
  })
}

function made({ name, pattern, readingCalls }: NewRule, { registry }: Inventory): EventRule {
  return {
    ...{ name, bus: 'default', enabled: true, pattern: JSON.stringify(pattern), targets: [] },
    arn: arnAt(registry, 'events', `rule/${name}`),
    ...(readingCalls && { readingCalls }),
  }
}

function withRule(inventory: Inventory, rule: EventRule): Inventory {
  const { eventRules } = inventory
  const others = 'ok' in eventRules ? eventRules.ok.filter(({ name }) => name !== rule.name) : []
  return { ...inventory, eventRules: { ok: [...others, rule] } }
}
