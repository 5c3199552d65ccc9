import type { Json } from '../call.ts'
import type { Kind } from '../kind.ts'
import { kindOf } from '../kinds/index.ts'
import type { Place } from '../place.ts'
import type { Plan, Step } from '../plan.ts'

type Members = { [key: string]: Json }

/** One resource of a template with what the steps want of it, and the steps that have no such resource. */
export interface Collected<R> {
  resources: { resource: R; steps: Step[]; region: string }[]
  /** No resource stands for them, or the thing goes. */
  left: Step[]
}

/** Steps on the same thing are one resource; the members of a later one are added to those of an earlier one. */
export function collectResources<R>(
  plan: Plan,
  make: (kind: Kind, step: Step, place: Place) => R | undefined,
  { keyOf, merge }: { keyOf: (resource: R) => string; merge: (one: R, other: R) => R },
): Collected<R> {
  const byKey = new Map<string, Collected<R>['resources'][number]>()
  const left: Step[] = []
  for (const step of plan.steps) {
    const kind = kindOf(step.kind)
    const { account, partition } = plan.registry
    const region = step.region ?? plan.registry.region
    const resource =
      kind && step.after !== null ? make(kind, step, { account, partition, region }) : undefined
    if (resource === undefined) {
      left.push(step)
      continue
    }
    const key = `${region} ${keyOf(resource)}`
    const same = byKey.get(key)
    byKey.set(key, {
      resource: same ? merge(same.resource, resource) : resource,
      steps: [...(same?.steps ?? []), step],
      region,
    })
  }
  return { resources: [...byKey.values()], left }
}

export function mergeMembers(one: Members, other: Members): Members {
  return { ...one, ...other }
}

/** A name that is unique in the file; letters, digits and, with a separator, what joins words. */
export function namer(join: (words: string[]) => string): (text: string) => string {
  const taken = new Set<string>()
  return (text) => {
    const name = join(text.split(/[^A-Za-z0-9]+/).filter(Boolean)) || 'it'
    for (let turn = 1; ; turn++) {
      const tried = turn === 1 ? name : `${name}${turn}`
      if (taken.has(tried)) continue
      taken.add(tried)
      return tried
    }
  }
}
