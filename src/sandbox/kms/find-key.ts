import { parseArn } from '../../core/arn.ts'
import { refusalText, resourceRefusalOf } from '../enforce/decide.ts'
import { AwsError, type Caller } from '../http.ts'
import type { KmsKeyState, World } from '../world.ts'

/** An ARN or an id, or the name or the ARN of an alias. */
export interface KeyQuestion {
  given: unknown
  operation: string
  /** Only some operations take an alias. */
  aliases?: boolean
  /** Only some may be asked from another account. */
  foreign?: boolean
}

export function findKey(world: World, caller: Caller, question: KeyQuestion): KmsKeyState {
  const { given, aliases = false } = question
  if (typeof given !== 'string' || given === '')
    throw new AwsError('ValidationException', 'KeyId is missing.')
  const arn = parseArn(given)
  if (arn && arn.account !== caller.account) return foreignKey(world, caller, { ...question, arn: given })
  if (arn && arn.region !== caller.region) throw notFound(given)
  const name = arn ? arn.resource.replace(/^key\//, '') : given
  const isAlias = name.startsWith('alias/')
  const wanted = isAlias && !aliases ? undefined : name
  const found = keysOf(world, caller).find(
    (key) => key.keyId === wanted || key.aliases.includes(wanted ?? ''),
  )
  if (found) return found
  throw notFound(isAlias ? `Alias ${aliasArn(caller, name)}` : `Key '${keyArn(caller, name)}'`)
}

export function keysOf(world: World, { account, region }: Caller): KmsKeyState[] {
  const keys = Object.values(world.state.accounts[account]?.kmsKeys ?? {})
  return keys.filter((key) => key.region === region)
}

/**
 * A key of another account, when its policy lets the caller in.
 * Assumption: by an alias no other account is let in.
 */
function foreignKey(world: World, caller: Caller, question: KeyQuestion & { arn: string }): KmsKeyState {
  const { arn, operation, foreign = false } = question
  const account = world.state.accounts[parseArn(arn)?.account ?? '']
  const key = Object.values(account?.kmsKeys ?? {}).find((each) => each.arn === arn)
  const need = { action: `kms:${operation}`, resource: arn }
  const open = key && foreign && key.region === caller.region
  const refusal = open ? resourceRefusalOf(world, caller, need) : 'because the key is not for other accounts'
  if (key && refusal === undefined) return key
  throw new AwsError('AccessDeniedException', refusalText(caller, need, refusal ?? ''))
}

export function aliasArn({ account, region }: Caller, name: string): string {
  return `arn:aws:kms:${region}:${account}:${name}`
}

function keyArn({ account, region }: Caller, id: string): string {
  return `arn:aws:kms:${region}:${account}:key/${id}`
}

function notFound(what: string): AwsError {
  return new AwsError('NotFoundException', `${what} does not exist`)
}
