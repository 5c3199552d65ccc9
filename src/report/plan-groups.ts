import type { Json } from '../remediate/call.ts'
import type { Risk } from '../remediate/kind.ts'
import { kindOf } from '../remediate/kinds/index.ts'
import type { Plan, Step } from '../remediate/plan.ts'
import { type DiffLine, diffLines } from './line-diff.ts'
import { shortResource } from './subject.ts'

export const riskOrder: readonly Risk[] = ['safe', 'visible', 'destructive']

export const riskWords: Record<Risk, string> = {
  safe: 'nobody notices',
  visible: 'somebody may be refused, or sees something new',
  destructive: 'something goes',
}

/** Steps that do the same to several things: read once, not fifty times. */
export interface StepGroup {
  first: Step
  /** What is changed, without the name: `tag mutability of repository`. */
  title: string
  resources: string[]
}

export function stepGroups(steps: readonly Step[]): StepGroup[] {
  const groups = new Map<string, StepGroup>()
  for (const step of steps) {
    const { id: _, title, resource, calls, undo: __, ...same } = step
    const operations = calls.map(({ operation }) => operation)
    const key = JSON.stringify([same, operations])
    const group = groups.get(key)
    if (group) group.resources.push(resource)
    else groups.set(key, { first: step, title: bare(title, resource), resources: [resource] })
  }
  return [...groups.values()]
}

function bare(title: string, resource: string): string {
  return title.endsWith(resource) ? title.slice(0, -resource.length).trim() : title
}

/** What the step changes of its state, as lines. */
export function stepDiff({ kind, before, after }: Step): DiffLine[] {
  return diffLines(linesOf(kind, before), linesOf(kind, after))
}

function linesOf(kind: string, state: Json): string[] {
  if (state === null) return []
  return kindOf(kind)?.lines?.(state) ?? JSON.stringify(state, null, 2).split('\n')
}

/** `ecr:SetRepositoryPolicy`, each once. */
export function operationsOf({ calls }: Step): string[] {
  return [...new Set(calls.map(({ service, operation }) => `${service}:${operation}`))]
}

/** `3 safe, 10 visible`. */
export function riskCounts(steps: readonly Pick<Step, 'risk'>[]): string {
  return riskOrder
    .map((risk) => [steps.filter((step) => step.risk === risk).length, risk] as const)
    .filter(([count]) => count > 0)
    .map(([count, risk]) => `${count} ${risk}`)
    .join(', ')
}

/** `role/ci`, or `role/ci of 444455556666` where it is of another account: who it is, in few columns. */
export function withoutArn(text: string, { registry }: Pick<Plan, 'registry'>): string {
  return text.replace(
    /arn:[\w-]+:(?:iam|sts)::(\d{12}):([\w+=,.@/-]+)/g,
    (_, account: string, name: string) => (account === registry.account ? name : `${name} of ${account}`),
  )
}

export interface UnfixedGroup {
  control: string
  reason: string
  next: string
  resources: string[]
}

export function unfixedGroups(plan: Plan): UnfixedGroup[] {
  const groups = new Map<string, UnfixedGroup>()
  for (const { resource, ...same } of plan.unfixed) {
    const { control, reason, next } = same
    // What differs by nothing but the name says the same.
    const name = shortResource(resource)
    const key = JSON.stringify([control, reason.replaceAll(name, '*'), next.replaceAll(name, '*')])
    const group = groups.get(key)
    if (group) group.resources.push(resource)
    else groups.set(key, { ...same, resources: [resource] })
  }
  return [...groups.values()].map(withOthers)
}

function withOthers(group: UnfixedGroup): UnfixedGroup {
  const { resources, next } = group
  const [first = '', ...others] = resources.map(shortResource)
  return others.length > 0 && next.includes(first) ? { ...group, next: `${next}, and so for each` } : group
}
