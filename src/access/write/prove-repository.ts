import { isRegistryWide } from '../action-scope.ts'
import { compilePolicies, decisionOf, prepare } from '../evaluate.ts'
import type { Caller } from '../request.ts'
import type { PolicyAsk } from './ask.ts'
import type { WrittenPrincipal } from './principals.ts'
import type { Proof } from './prove.ts'
import { givenByRepository, principalsOf } from './repository-policy.ts'
import { type Restriction, restrictionsOf } from './restrictions.ts'
import { type SampleCall, sampleCalls, someAccount, someRegion, strangeAccount } from './samples.ts'

/** Somebody who asks, and whether the policy is to let them in when all conditions hold. */
interface SampleCaller {
  caller: Caller
  letIn: boolean
  /** Named, and so bound by its Denies whatever their own policies say. */
  bound: boolean
  own: 'granted' | []
}

/**
 * Whoever is named and belongs to the account is asked twice: without a policy of their own, to see what this one
 * gives, and with one that gives everything, to see that the conditions bind all the same.
 */
export function proveRepository(ask: PolicyAsk, document: string, actions: readonly string[]): Proof {
  const repository = { name: 'written', document }
  const account = ask.place.account === '*' ? someAccount : ask.place.account
  const region = ask.place.region === '*' ? someRegion : ask.place.region
  const resource = `arn:${ask.place.partition}:ecr:${region}:${account}:repository/shop/api`
  const given = new Set(givenByRepository(ask))
  const restrictions = restrictionsOf(ask)
  const proof: Proof = { requests: 0, failures: [] }
  for (const somebody of callersFor(ask, account)) {
    const policies = compilePolicies({ identity: somebody.own, repository })
    for (const call of sampleCalls(restrictions))
      for (const action of actions.filter((one) => isAsked(one, somebody))) {
        const wanted = wantedOf(somebody, call, { given: given.has(action), restrictions, account })
        if (wanted === undefined) continue
        const request = { caller: callerIn(somebody, call), action, resource, context: call.keys } as const
        const found = decisionOf(policies, prepare(policies, { ...request, others: 'absent' }))
        proof.requests += 1
        if (found !== wanted) proof.failures.push(failure({ somebody, action, call, found, wanted }))
      }
  }
  return proof
}

/** What is about the registry is about that of the caller: their own policies decide, and this one must not. */
function isAsked(action: string, { own }: SampleCaller): boolean {
  return action.startsWith('ecr:') && (own !== 'granted' || !isRegistryWide(action.toLowerCase()))
}

interface Failed {
  somebody: SampleCaller
  action: string
  call: SampleCall
  found: string
  wanted: string
}

function failure({ somebody, action, call, found, wanted }: Failed): string {
  return `${action} for ${JSON.stringify(somebody.caller)} is ${found}, not ${wanted}, with ${JSON.stringify(call.keys)}`
}

interface Asked {
  given: boolean
  restrictions: readonly Restriction[]
  account: string
}

/** Undefined: the policy has no say in it. */
function wantedOf(
  { letIn, bound, own, caller }: SampleCaller,
  { fails }: SampleCall,
  { given, restrictions, account }: Asked,
): 'allowed' | 'denied' | undefined {
  const isOwn = accountOf(caller) === account
  // A Deny has no say in what it does not name, and in what the organization is about.
  const isDenied = bound && given && restrictions.some(({ option, deny }) => deny && option === fails)
  if (isOwn && own === 'granted') return isDenied ? 'denied' : undefined
  return letIn && given && fails === undefined ? 'allowed' : 'denied'
}

function accountOf(caller: Caller): string | undefined {
  if ('account' in caller) return caller.account
  return 'arn' in caller ? caller.arn.split(':')[4] : undefined
}

/** The organization belongs to the caller, and to no call. */
function callerIn({ caller }: SampleCaller, { keys }: SampleCall): Caller {
  const organization = keys['aws:PrincipalOrgID']
  return organization === undefined ? caller : { ...caller, organization }
}

function callersFor(ask: PolicyAsk, account: string): SampleCaller[] {
  const { partition } = ask.place
  const named = principalsOf(ask)
  const user = (of: string): Caller => ({
    ...{ kind: 'user', arn: `arn:${partition}:iam::${of}:user/zz-sample`, id: 'AIDASAMPLE0000001', tags: {} },
  })
  const isEverybody = named.length === 0
  const known = named.flatMap((one) => both(callerOf(one, user), one.account === account))
  const strangers = [strangeAccount, account, '999999999999'].filter(
    (of) => !named.some((one) => one.kind === 'account' && one.account === of),
  )
  return [
    ...known.map((one) => ({ ...one, letIn: true, bound: true })),
    ...strangers
      .flatMap((of) => both(user(of), of === account))
      .map((one) => ({ ...one, letIn: isEverybody, bound: isEverybody })),
  ]
}

function both(caller: Caller, isOwn: boolean): Pick<SampleCaller, 'caller' | 'own'>[] {
  const granted = { caller, own: 'granted' as const }
  return isOwn ? [{ caller, own: [] }, granted] : [granted]
}

function callerOf({ arn, account, kind }: WrittenPrincipal, user: (of: string) => Caller): Caller {
  if (kind === 'account') return user(account)
  if (kind === 'user') return { kind, arn, id: 'AIDANAMED00000001', tags: {} }
  const [, role = '', session = ''] = arn.split('/')
  const isSession = kind === 'session'
  const partition = arn.split(':')[1] ?? 'aws'
  return {
    ...{ kind: 'role', id: 'AROANAMED00000001', tags: {}, sessionTags: {} },
    arn: isSession ? `arn:${partition}:iam::${account}:role/${role}` : arn,
    session: isSession ? session : 'some-session',
  }
}
