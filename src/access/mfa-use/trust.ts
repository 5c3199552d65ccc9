import { parseArn } from '../../core/arn.ts'
import type { IamRole } from '../../inventory/neighbours.ts'
import { evaluate } from '../evaluate.ts'
import { secondFactorOf } from '../mfa.ts'
import { parsePolicy } from '../parse.ts'
import { compilePolicies } from '../policies.ts'
import type { Principal, Statement } from '../policy.ts'
import type { Caller } from '../request.ts'
import { type Call, mfaContexts } from './rights.ts'

/**
 * Who takes a role on. `service`: a service of AWS, among them instances; `oidc`: whoever comes with a token of a
 * provider, such as a pipeline; `saml`: people who signed in elsewhere; `roles`: other roles and nobody else.
 */
export type TrustKind = 'service' | 'oidc' | 'saml' | 'roles' | 'accounts' | 'nobody' | 'unreadable'

export interface Trust {
  kinds: TrustKind[]
  /** Names as they stand in the trust policy. */
  names: string[]
  /** People can take it on without a second factor; undefined: it lets in no people. */
  without?: 'allowed' | 'denied' | 'conditional'
  /** Conditions on MFA that do not do what they look like: only when people get in without one. */
  traps: string[]
}

/** Which ways lead into a role, and whether people need a second factor on theirs: as the evaluator answers it. */
export function trustOf(role: IamRole): Trust {
  const policy = parsePolicy(role.trust)
  if ('unreadable' in policy) return { kinds: ['unreadable'], names: [policy.unreadable], traps: [] }
  const allows = policy.statements.filter(({ effect }) => effect === 'Allow')
  const principals = allows.flatMap(listed)
  const kinds = [...new Set(principals.map(kindOf))]
  const names = [...new Set(principals.map(({ id }) => id))]
  if (kinds.length === 0) return { kinds: ['nobody'], names, traps: [] }
  const people = principals.filter((each) => kindOf(each) === 'accounts')
  if (people.length === 0) return { kinds, names, traps: [] }
  const without = worst(people.flatMap((each) => [answer(role, each, 'key'), answer(role, each, 'session')]))
  return { kinds, names, without, traps: without === 'denied' ? [] : trapsIn(policy.statements) }
}

/** All but some are people of any account. */
function listed({ principals }: Statement): Principal[] {
  return principals.not ? [{ type: 'AWS', id: '*' }] : [...principals.list]
}

function kindOf({ type, id }: Principal): TrustKind {
  if (type === 'Service') return 'service'
  if (type === 'Federated') return id.includes(':saml-provider/') ? 'saml' : 'oidc'
  return /:(assumed-)?role\//.test(id) ? 'roles' : 'accounts'
}

/**
 * As if the role were in an account of nobody: then the trust policy has to allow by itself, which is what it must do.
 */
function answer({ trust, arn }: IamRole, principal: Principal, call: Call) {
  const policies = compilePolicies({
    identity: 'granted',
    repository: { name: 'trust policy', document: trust },
  })
  const resource = `arn:${parseArn(arn)?.partition ?? 'aws'}:iam::000000000000:role/${arn.split('/').at(-1)}`
  const context = mfaContexts[call]
  const asked = { caller: callerOf(principal), action: 'sts:AssumeRole', resource, context }
  // A trust policy has no Resource, which the evaluator knows from repository policies.
  return evaluate(policies, asked).decision
}

/** Of an account that is named somebody; of any account a stranger. */
function callerOf({ id }: Principal): Caller {
  const arn = parseArn(id)
  if (arn?.resource.startsWith('user/')) return { kind: 'user', arn: id }
  return { kind: 'account', account: arn?.account ?? (/^\d{12}$/.test(id) ? id : '999999999999') }
}

function worst(decisions: readonly string[]): 'allowed' | 'denied' | 'conditional' {
  if (decisions.includes('allowed')) return 'allowed'
  return decisions.includes('conditional') ? 'conditional' : 'denied'
}

function trapsIn(statements: readonly Statement[]): string[] {
  return statements.flatMap((statement) => {
    const { trap } = secondFactorOf(statement)
    return trap === undefined ? [] : [`${trap} (${statement.name} of the trust policy)`]
  })
}
