import { AwsError, type Caller } from '../http.ts'
import type { KmsKeyState, World } from '../world.ts'
import { invalidState, ownKey } from './change-key.ts'
import { aliasArn, keysOf } from './find-key.ts'
import type { KmsOperation } from './operations.ts'

const mostAliases = 50

export const createAlias: KmsOperation = (world, caller, input) => {
  const name = readName(input)
  const key = targetOf(world, caller, { input, operation: 'CreateAlias' })
  if (holderOf(world, caller, name))
    throw new AwsError(
      'AlreadyExistsException',
      `An alias with the name ${aliasArn(caller, name)} already exists`,
    )
  if (key.aliases.length >= mostAliases)
    throw new AwsError('LimitExceededException', `A key has up to ${mostAliases} aliases.`)
  key.aliases = [...key.aliases, name]
  return {}
}

/** The alias leads to another key from now on. */
export const updateAlias: KmsOperation = (world, caller, input) => {
  const name = readName(input)
  const key = targetOf(world, caller, { input, operation: 'UpdateAlias' })
  drop(needHolder(world, caller, name), name)
  key.aliases = [...key.aliases, name]
  return {}
}

/** The key stays, and so do the repositories that are encrypted with it: they know it by its ARN. */
export const deleteAlias: KmsOperation = (world, caller, input) => {
  const name = readName(input)
  drop(needHolder(world, caller, name), name)
  return {}
}

/** By id or ARN. */
function targetOf(
  world: World,
  caller: Caller,
  { input, operation }: { input: Record<string, unknown>; operation: string },
): KmsKeyState {
  const key = ownKey(world, caller, { input: { KeyId: input['TargetKeyId'] }, operation })
  if (key.state === 'PendingDeletion') throw invalidState(key)
  return key
}

function drop(key: KmsKeyState, name: string): void {
  key.aliases = key.aliases.filter((each) => each !== name)
}

function needHolder(world: World, caller: Caller, name: string): KmsKeyState {
  const holder = holderOf(world, caller, name)
  if (holder) return holder
  throw new AwsError('NotFoundException', `Alias ${aliasArn(caller, name)} is not found.`)
}

function holderOf(world: World, caller: Caller, name: string): KmsKeyState | undefined {
  return keysOf(world, caller).find(({ aliases }) => aliases.includes(name))
}

function readName(input: Record<string, unknown>): string {
  const name = input['AliasName']
  if (typeof name !== 'string' || name.length > 256 || name === '')
    throw new AwsError('ValidationException', 'AliasName must have 1 to 256 characters.')
  if (/^alias\/[a-zA-Z0-9/_-]+$/.test(name) && !name.startsWith('alias/aws/')) return name
  // Assumption: every operation on aliases says so, though only CreateAlias documents it.
  throw new AwsError('InvalidAliasNameException', `The alias name ${name} is not valid.`)
}
