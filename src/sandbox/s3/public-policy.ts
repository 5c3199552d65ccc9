import { listOf, type Statement, statementsOf } from '../policy-match.ts'

/** Conditions on one of these, with values that are not wildcards, keep a policy from being public. */
const narrowing = new Set([
  'aws:principalarn',
  'aws:principalaccount',
  'aws:principalorgid',
  'aws:principalorgpaths',
  'aws:sourceaccount',
  'aws:sourcearn',
  'aws:sourceip',
  'aws:sourceorgid',
  'aws:sourcevpc',
  'aws:sourcevpce',
  'aws:userid',
])
const operators =
  /^(forallvalues:|foranyvalue:)?(stringequals(ignorecase)?|stringlike|arnequals|arnlike|ipaddress)$/i

/** As S3 judges it: does the policy let everybody in? */
export function isPublicPolicy(policy: string | undefined): boolean {
  return statementsOf(policy).some(
    (each) => each.Effect === 'Allow' && namesEverybody(each) && !isNarrowed(each),
  )
}

/** An Allow with NotPrincipal lets in whoever is not named. */
function namesEverybody({ Principal, NotPrincipal }: Statement): boolean {
  if (NotPrincipal !== undefined || Principal === '*') return true
  return listOf((Principal as { AWS?: unknown } | undefined)?.AWS).includes('*')
}

function isNarrowed({ Condition = {} }: Statement): boolean {
  return Object.entries(Condition).some(
    ([operator, keys]) =>
      operators.test(operator) &&
      Object.entries(keys).some(
        ([key, values]) => narrowing.has(key.toLowerCase()) && listOf(values).every(isFixed),
      ),
  )
}

/** A net of more than half of all addresses is no limit. */
function isFixed(value: unknown): boolean {
  const text = String(value)
  return !/[*?]/.test(text) && !/\/[0-7]$/.test(text)
}
