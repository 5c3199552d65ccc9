import { secondFactorOf } from '../mfa.ts'
import type { AccessPolicies } from '../policies.ts'
import { changingProbes } from './deny.ts'

/**
 * Statements about changes that mention a second factor and do not ask for it, in words. Only worth telling of those
 * for whom the evaluator finds a way without one.
 */
export function trapsOf({ identity, boundary }: Pick<AccessPolicies, 'identity' | 'boundary'>): string[] {
  const layers = [identity, boundary].flatMap((layer) => (typeof layer === 'object' ? layer : []))
  const statements = layers.flatMap(({ policies }) => policies.flatMap((each) => each.statements))
  const found = statements
    .filter(({ covers }) => changingProbes.some((action) => covers(action)))
    .flatMap(({ source, policy, name }) => {
      const { trap } = secondFactorOf(source)
      return trap === undefined ? [] : [`${trap} (${name} of ${policy})`]
    })
  return [...new Set(found)]
}
