import { randomBytes } from 'node:crypto'
import { parseArn } from '../../core/arn.ts'
import { AwsError, type Caller } from '../http.ts'
import { checkDocument } from '../iam/changes.ts'
import type { AccessKey, Account, Role, World } from '../world.ts'
import type { Xml } from '../xml.ts'
import { findRole, trusts } from './trust-policy.ts'

const day = 24 * 60 * 60 * 1000

/** Makes a session of a role that trusts the caller. */
export function assumeRole(world: World, caller: Caller, input: URLSearchParams): Xml {
  refuseUnsupported(world, input)
  const arn = needed(input, 'RoleArn', /^arn:[\w-]+:iam::\d{12}:role\/.+$/)
  const name = needed(input, 'RoleSessionName', /^[\w+=,.@-]{2,64}$/)
  const seconds = durationOf(input)
  const { account, role } = findRole(world, arn) ?? {}
  const externalId = input.get('ExternalId')
  const assumption = { roleArn: arn, sessionName: name, ...(externalId !== null && { externalId }) }
  if (!account || !role || !trusts(world, caller, assumption)) {
    throw new AwsError(
      'AccessDenied',
      `User: ${caller.arn} is not authorized to perform: sts:AssumeRole on resource: ${arn}`,
      { status: 403 },
    )
  }
  const key = {
    ...sessionOf(role, account, { name, expiresAt: world.now() + seconds * 1000 }),
    ...sessionPolicyIn(input),
  }
  forgetOldSessions(account, world.now())
  account.keys[key.accessKeyId] = key
  return {
    AssumedRoleUser: { AssumedRoleId: key.userId, Arn: key.arn },
    Credentials: {
      AccessKeyId: key.accessKeyId,
      SecretAccessKey: key.secretAccessKey,
      SessionToken: key.sessionToken,
      Expiration: new Date(key.expiresAt ?? 0).toISOString(),
    },
  }
}

function sessionOf(role: Role, account: Account, session: { name: string; expiresAt: number }): AccessKey {
  return {
    accessKeyId: `ASIA${randomBytes(10).toString('hex').toUpperCase().slice(0, 16)}`,
    secretAccessKey: randomBytes(30).toString('base64'),
    sessionToken: randomBytes(120).toString('base64'),
    expiresAt: session.expiresAt,
    arn: `arn:${parseArn(role.arn)?.partition ?? 'aws'}:sts::${account.id}:assumed-role/${role.name}/${session.name}`,
    userId: `${role.id}:${session.name}`,
  }
}

/** Expired sessions are kept for a while, so that their users hear that they have expired. */
function forgetOldSessions(account: Account, now: number): void {
  for (const { accessKeyId, expiresAt } of Object.values(account.keys)) {
    if (expiresAt !== undefined && expiresAt < now - day) delete account.keys[accessKeyId]
  }
}

/** Assumption: no role here may be assumed for longer than IAM's default of one hour. */
function durationOf(input: URLSearchParams): number {
  const seconds = Number(input.get('DurationSeconds') ?? 3600)
  if (Number.isInteger(seconds) && seconds >= 900 && seconds <= 3600) return seconds
  throw invalid('DurationSeconds must be 900 to 3600, the longest session of the role.')
}

function needed(input: URLSearchParams, name: string, pattern: RegExp): string {
  const value = input.get(name)
  if (value && pattern.test(value)) return value
  throw invalid(`${name} must match ${pattern.source}.`)
}

/** Limits the session beside the policies of its role. */
function sessionPolicyIn(input: URLSearchParams): { sessionPolicy?: string } {
  const sessionPolicy = input.get('Policy')
  if (sessionPolicy === null) return {}
  checkDocument(sessionPolicy, 'identity')
  return { sessionPolicy }
}

/** A session that ignores a policy would have more rights than was asked for: it is for worlds that enforce IAM. */
function refuseUnsupported({ enforceIam = false }: World, input: URLSearchParams): void {
  const known = [
    'Action',
    'Version',
    'RoleArn',
    'RoleSessionName',
    'DurationSeconds',
    'ExternalId',
    ...(enforceIam ? ['Policy'] : []),
  ]
  const [other] = [...input.keys()].filter((name) => !known.includes(name))
  if (other === undefined) return
  throw new AwsError('NotImplementedInSandbox', `AssumeRole with ${other} is not simulated.`, { status: 501 })
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationError', message)
}
