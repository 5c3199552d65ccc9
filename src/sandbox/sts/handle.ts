import { AwsError, type Caller } from '../http.ts'
import type { World } from '../world.ts'
import type { Xml } from '../xml.ts'
import { assumeRole } from './assume-role.ts'

const operations: Record<string, (world: World, caller: Caller, input: URLSearchParams) => Xml> = {
  GetCallerIdentity: (_world, { arn, userId, account }) => ({ Arn: arn, UserId: userId, Account: account }),
  AssumeRole: assumeRole,
}

/** The real ones that are not here. */
const missing = [
  'AssumeRoleWithSAML',
  'AssumeRoleWithWebIdentity',
  'AssumeRoot',
  'DecodeAuthorizationMessage',
  'GetAccessKeyInfo',
  'GetDelegatedAccessToken',
  'GetFederationToken',
  'GetSessionToken',
  'GetWebIdentityToken',
]

export function handleSts(world: World, caller: Caller, input: URLSearchParams): Xml {
  const name = input.get('Action') ?? ''
  const operation = Object.hasOwn(operations, name) ? operations[name] : undefined
  if (operation) return operation(world, caller, input)
  if (missing.includes(name))
    throw new AwsError('NotImplementedInSandbox', `${name} is not simulated.`, { status: 501 })
  throw new AwsError('InvalidAction', `There is no STS operation ${JSON.stringify(name)}.`)
}
