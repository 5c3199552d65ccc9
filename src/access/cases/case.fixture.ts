import type { LayerName } from '../layer.ts'
import type { PolicyTexts } from '../policies.ts'
import type { AccessRequest, Caller } from '../request.ts'

/** One row of the table: policies, a request, the answer, and why it is so. */
export interface Case {
  name: string
  policies: Partial<Record<keyof PolicyTexts, unknown>>
  request?: Partial<AccessRequest>
  answer: 'allowed' | 'denied' | 'conditional'
  /** The layer that denies. */
  layer?: LayerName
  explicit?: boolean
  /** A part of the reason. */
  says?: string
}

export const account = '111122223333'
export const other = '444455556666'
export const api = `arn:aws:ecr:eu-west-1:${account}:repository/shop/api`

export const user = {
  kind: 'user' as const,
  arn: `arn:aws:iam::${account}:user/ann`,
  id: 'AIDAANNANNANNANN1',
  tags: {},
}
export const role: Caller = {
  kind: 'role',
  arn: `arn:aws:iam::${account}:role/ci/deploy`,
  id: 'AROADEPLOYDEPLOY1',
  session: 'run-7',
  tags: {},
  sessionTags: {},
}
export const foreign: Caller = {
  kind: 'role',
  arn: `arn:aws:iam::${other}:role/puller`,
  id: 'AROAPULLERPULLER1',
  session: 's',
  tags: {},
  sessionTags: {},
}
export const root: Caller = { kind: 'root', account }

export const pull = ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer']

type Parts = Record<string, unknown>

export const allow = (parts: Parts = {}): Parts => ({
  Effect: 'Allow',
  Action: 'ecr:*',
  Resource: '*',
  ...parts,
})
export const deny = (parts: Parts = {}): Parts => allow({ Effect: 'Deny', ...parts })
/** Statements of a resource policy, which has no Resource. */
export const give = (Principal: unknown, parts: Parts = {}): Parts => ({
  ...{ Effect: 'Allow', Principal, Action: 'ecr:*' },
  ...parts,
})
export const refuse = (Principal: unknown, parts: Parts = {}): Parts =>
  give(Principal, { Effect: 'Deny', ...parts })
export const policy = (...statements: Parts[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements })
export const iam = (rest: string, of = account): string => `arn:aws:iam::${of}:${rest}`

/** A policy may be written as statements, a text, or what `PolicyTexts` says. */
export function textsOf({ policies }: Case): PolicyTexts {
  const found: Record<string, unknown> = { identity: [] }
  for (const [name, value] of Object.entries(policies)) found[name] = read(name, value)
  return found as unknown as PolicyTexts
}

const lists = ['identity', 'session']
const levels = ['serviceControl', 'resourceControl']

function read(name: string, value: unknown): unknown {
  if (value === 'unknown' || value === 'granted') return value
  if (lists.includes(name)) return [one(name, value)]
  if (levels.includes(name)) return (value as unknown[]).map((each, at) => levelOf(`level ${at}`, each))
  return one(name, value)
}

function levelOf(name: string, value: unknown): unknown[] {
  return Array.isArray(value) && value.length === 0 ? [] : [one(name, value)]
}

function one(name: string, value: unknown): unknown {
  if (typeof value === 'string') return { name, document: value }
  if (Array.isArray(value)) return { name, document: policy(...(value as Parts[])) }
  const { statements, ...rest } = value as { statements: Parts[] }
  return { name, document: policy(...statements), ...rest }
}

export const request = (parts: Partial<AccessRequest> = {}): AccessRequest => ({
  ...{ caller: user, action: 'ecr:PutImage', resource: api, resourceTags: {}, context: {}, others: 'absent' },
  ...parts,
})
