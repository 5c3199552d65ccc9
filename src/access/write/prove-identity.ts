import { isRegistryWide } from '../action-scope.ts'
import { compilePolicies, decisionOf, prepare } from '../evaluate.ts'
import type { PolicyAsk } from './ask.ts'
import { kindOf, type PolicyGrant } from './kinds.ts'
import type { Proof } from './prove.ts'
import { restrictionsOf } from './restrictions.ts'
import {
  isMeant,
  type SampleCall,
  type SampleRepository,
  sampleCalls,
  sampleRepositories,
} from './samples.ts'

/** Whoever has the policy has no other; repositories of other accounts let everybody in, so that only it decides. */
export function proveIdentity(ask: PolicyAsk, document: string, actions: readonly string[]): Proof {
  const open = { Effect: 'Allow', Principal: '*', Action: '*' }
  const identity = [{ name: 'written', document }]
  const repository = { name: 'open', document: JSON.stringify({ Version: '2012-10-17', Statement: [open] }) }
  const inside = compilePolicies({ identity })
  const abroad = compilePolicies({ identity, repository })
  const [first, ...others] = sampleRepositories(ask)
  const proof: Proof = { requests: 0, failures: [] }
  if (!first) return proof
  const caller = {
    kind: 'user',
    arn: `arn:${ask.place.partition}:iam::${first.account}:user/somebody`,
    id: 'AIDASOMEBODY00001',
    tags: {},
  } as const
  for (const sample of [first, ...others])
    for (const call of callsFor(ask, sample))
      for (const action of actions) {
        if (call.keyOnly && !action.startsWith('kms:')) continue
        const resource = resourceFor(ask, action, sample)
        const policies = resource === '*' || sample.account === first.account ? inside : abroad
        const request = { caller, action, resource, context: call.keys, others: 'absent' } as const
        const found = decisionOf(policies, prepare(policies, request))
        const wanted = isWanted(ask, action, { sample, call }) ? 'allowed' : 'denied'
        proof.requests += 1
        if (found !== wanted)
          proof.failures.push(
            `${action} on ${resource} is ${found}, not ${wanted}, with ${JSON.stringify(call.keys)}`,
          )
      }
  return proof
}

interface Call extends SampleCall {
  /** Of interest to actions on keys only. */
  keyOnly: boolean
}

/** Keys are asked with and without ECR in between. */
function* callsFor(ask: PolicyAsk, { region }: SampleRepository): Generator<Call> {
  for (const call of sampleCalls(restrictionsOf(ask))) {
    const through = (service: string | null) => ({ ...call.keys, 'kms:ViaService': service })
    yield { ...call, keys: through(null), keyOnly: false }
    yield { ...call, keys: through(`ecr.${region}.amazonaws.com`), keyOnly: true }
    yield { ...call, keys: through(`s3.${region}.amazonaws.com`), keyOnly: true }
  }
}

interface Where {
  sample: SampleRepository
  call: SampleCall
}

function isWanted(ask: PolicyAsk, action: string, where: Where): boolean {
  return kindOf(ask).grants.some(
    (grant) =>
      grant.actions.includes(action) && isPlaceMeant(ask, grant, where.sample) && holds(grant, where.call),
  )
}

function isPlaceMeant(ask: PolicyAsk, { on }: PolicyGrant, sample: SampleRepository): boolean {
  if (on === 'registry' || on === 'neighbours') return true
  if (on === 'repositories') return isMeant(ask, sample)
  // All names, and all accounts for keys, in the place that was asked for.
  const { place } = ask
  const account = on === 'keys' ? '*' : place.account
  return isMeant({ ...ask, repositories: ['*'], place: { ...place, account } }, sample)
}

function holds({ viaEcr }: PolicyGrant, { keys, fails }: SampleCall): boolean {
  return viaEcr ? keys['kms:ViaService']?.startsWith('ecr.') === true : fails === undefined
}

function resourceFor(
  { place }: PolicyAsk,
  action: string,
  { account, region, name }: SampleRepository,
): string {
  if (action.startsWith('kms:')) return `arn:${place.partition}:kms:${region}:${account}:key/1234`
  if (!action.startsWith('ecr:') || isRegistryWide(action.toLowerCase())) return '*'
  return `arn:${place.partition}:ecr:${region}:${account}:repository/${name}`
}
