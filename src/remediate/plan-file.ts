import { z } from 'zod'
import { HoldfastError } from '../core/errors.ts'
import type { Json } from './call.ts'
import type { Kind } from './kind.ts'
import { kindOf } from './kinds/index.ts'
import type { Plan, Step } from './plan.ts'
import { planId } from './plan-id.ts'

const need = z.strictObject({ action: z.string(), resource: z.string() })
const call = z.strictObject({
  service: z.string(),
  operation: z.string(),
  input: z.json(),
  region: z.string().optional(),
  needs: z.array(need),
  retryOn: z.array(z.string()).optional(),
})
const texts = z.array(z.string())
const step = z.strictObject({
  id: z.string(),
  kind: z.string(),
  title: z.string(),
  resource: z.string(),
  region: z.string().optional(),
  controls: texts,
  why: texts,
  risk: z.enum(['safe', 'visible', 'destructive']),
  irreversible: z.string().optional(),
  warnings: texts,
  before: z.json(),
  after: z.json(),
  calls: z.array(call),
  undo: z.array(call),
  gains: texts,
  loses: texts,
})
/** The journal knows a step by its id. */
const areDistinct = (steps: readonly { id: string }[]) =>
  new Set(steps.map(({ id }) => id)).size === steps.length
const planShape = z.strictObject({
  schema: z.literal('holdfast.plan/1'),
  simulated: z.boolean(),
  /** What the command that wrote it had to say; no part of the plan. */
  warnings: texts.optional(),
  id: z.string(),
  madeAt: z.string(),
  registry: z.strictObject({
    url: z.string(),
    account: z.string(),
    region: z.string(),
    partition: z.string(),
  }),
  repositories: z.number(),
  steps: z.array(step).refine(areDistinct, 'two steps have the same id'),
  manual: z.array(
    z.strictObject({ controls: texts, resource: z.string(), why: z.string(), instructions: texts }),
  ),
  unfixed: z.array(
    z.strictObject({ control: z.string(), resource: z.string(), reason: z.string(), next: z.string() }),
  ),
  permissions: z.strictObject({ apply: z.array(need), rollback: z.array(need) }),
})

/**
 * A plan from its text. Refused, before any request: what is no plan, what somebody edited, and what this version would
 * do in another way than the plan says.
 */
export function parsePlan(text: string, where: string): Plan {
  const found = planShape.safeParse(json(text, where))
  if (!found.success) throw noPlan(where, found.error.issues[0])
  const { warnings: _, ...document } = found.data
  const plan = document as unknown as Plan
  const { id, ...rest } = plan
  if (planId(rest) !== id) throw edited(where)
  for (const one of plan.steps) {
    const kind = kindOf(one.kind)
    if (!kind || !isSameWay(kind, one, plan)) throw otherVersion(where, one)
  }
  return plan
}

/** The calls follow from the states: a plan of another version may have meant others. */
function isSameWay(
  kind: Kind,
  { resource, region, before, after, calls }: Step,
  { registry }: Plan,
): boolean {
  const { account, partition } = registry
  const place = { account, partition, region: region ?? registry.region }
  const target = { resource, ...(region !== undefined && { region }) }
  const mine = kind.calls({ ...target, place, from: before as Json, to: after as Json })
  const shape = (list: readonly { service: string; operation: string }[]) =>
    list.map(({ service, operation }) => `${service}:${operation}`).join()
  return shape(mine) === shape(calls)
}

function json(text: string, where: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw noPlan(where)
  }
}

function noPlan(where: string, issue?: z.core.$ZodIssue): HoldfastError {
  const why = issue && `${issue.path.join('.') || 'the document'}: ${issue.message}`
  return new HoldfastError('plan-invalid', {
    what: `${where} is no plan.`,
    ...(why !== undefined && { why }),
    next: 'Make one: holdfast plan --out plan.json',
  })
}

function edited(where: string): HoldfastError {
  return new HoldfastError('plan-invalid', {
    what: `${where} was changed after it was made.`,
    why: 'Its content no longer fits its id, so that what was reviewed may not be what would be done.',
    next: 'Make the plan again, with --control and --repository for what you want of it.',
  })
}

function otherVersion(where: string, { id }: Step): HoldfastError {
  return new HoldfastError('plan-invalid', {
    what: `${where} was made by another version of Holdfast.`,
    why: `This version would do ${id} in another way than the plan says.`,
    next: 'Make the plan again with this version.',
  })
}
