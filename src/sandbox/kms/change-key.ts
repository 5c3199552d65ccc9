import { AwsError, type Caller } from '../http.ts'
import { listOf, namesCaller, statementsOf } from '../policy-match.ts'
import type { KmsKeyState, World } from '../world.ts'
import { findKey } from './find-key.ts'
import type { KmsOperation } from './operations.ts'

/** A key that is switched off stays so after its deletion was cancelled: EnableKey comes next. */
export const cancelKeyDeletion: KmsOperation = (world, caller, input) => {
  const key = ownKey(world, caller, { input, operation: 'CancelKeyDeletion' })
  if (key.state !== 'PendingDeletion') throw invalidState(key)
  key.state = 'Disabled'
  delete key.deletionAt
  return { KeyId: key.arn }
}

/** Nothing can be encrypted or decrypted with it until it is switched on again. */
export const disableKey: KmsOperation = (world, caller, input) => {
  const key = ownKey(world, caller, { input, operation: 'DisableKey' })
  if (key.state === 'PendingDeletion') throw invalidState(key)
  key.state = 'Disabled'
  return {}
}

const day = 24 * 60 * 60 * 1000

/** After 7 to 30 days; until then it can be cancelled. Here nothing is ever deleted: the time only shows. */
export const scheduleKeyDeletion: KmsOperation = (world, caller, input) => {
  const key = ownKey(world, caller, { input, operation: 'ScheduleKeyDeletion' })
  const days = input['PendingWindowInDays'] ?? 30
  if (typeof days !== 'number' || !Number.isInteger(days) || days < 7 || days > 30)
    throw new AwsError('ValidationException', 'PendingWindowInDays must be 7 to 30.')
  if (key.state === 'PendingDeletion') throw invalidState(key)
  key.state = 'PendingDeletion'
  key.deletionAt = world.now() + days * day
  return {
    KeyId: key.arn,
    DeletionDate: key.deletionAt / 1000,
    KeyState: key.state,
    PendingWindowInDays: days,
  }
}

export const enableKey: KmsOperation = (world, caller, input) => {
  const key = ownKey(world, caller, { input, operation: 'EnableKey' })
  if (key.state === 'PendingDeletion') throw invalidState(key)
  key.state = 'Enabled'
  return {}
}

/** Every year, or as often as is asked for. */
export const enableKeyRotation: KmsOperation = (world, caller, input) => {
  const key = ownKey(world, caller, { input, operation: 'EnableKeyRotation' })
  const periodInDays = input['RotationPeriodInDays'] ?? 365
  if (typeof periodInDays !== 'number' || !Number.isInteger(periodInDays))
    throw new AwsError('SerializationException', 'RotationPeriodInDays must be a number.')
  if (periodInDays < 90 || periodInDays > 2560)
    throw new AwsError('ValidationException', 'RotationPeriodInDays must be 90 to 2560.')
  if (key.state === 'PendingDeletion') throw invalidState(key)
  if (key.state === 'Disabled') throw new AwsError('DisabledException', `${key.arn} is disabled.`)
  key.rotation = { periodInDays, enabledAt: world.now() }
  return {}
}

export const disableKeyRotation: KmsOperation = (world, caller, input) => {
  const key = ownKey(world, caller, { input, operation: 'DisableKeyRotation' })
  if (key.state === 'PendingDeletion') throw invalidState(key)
  if (key.state === 'Disabled') throw new AwsError('DisabledException', `${key.arn} is disabled.`)
  delete key.rotation
  return {}
}

const longestPolicy = 32_768

/** Refuses a policy by which the caller could not put another one, unless told that this is meant. */
export const putKeyPolicy: KmsOperation = (world, caller, input) => {
  const key = ownKey(world, caller, { input, operation: 'PutKeyPolicy' })
  const { Policy: policy, PolicyName: name = 'default', BypassPolicyLockoutSafetyCheck: force } = input
  if (name !== 'default') throw new AwsError('ValidationException', 'The only policy is called default.')
  if (key.state === 'PendingDeletion') throw invalidState(key)
  key.policy = checkPolicy(caller, policy, force)
  return {}
}

export function checkPolicy(caller: Caller, policy: unknown, force: unknown): string {
  if (typeof policy !== 'string' || policy === '')
    throw new AwsError('ValidationException', 'Policy is missing.')
  if (policy.length > longestPolicy) throw new AwsError('LimitExceededException', 'The policy is too long.')
  if (!letsChange(policy, caller) && force !== true)
    throw malformed('The new key policy will not allow you to update the key policy in the future.')
  return policy
}

function letsChange(policy: string, caller: Caller): boolean {
  const actions = ['*', 'kms:*', 'kms:put*', 'kms:putkeypolicy']
  return readStatements(policy).some(
    ({ Effect, Principal, Action }) =>
      Effect === 'Allow' &&
      namesCaller(Principal, caller) &&
      listOf(Action).some((action) => actions.includes(String(action).toLowerCase())),
  )
}

/** Assumption: of a statement only its effect, principal and actions are looked at. */
function readStatements(policy: string) {
  try {
    return statementsOf(policy).filter((each) => typeof each === 'object' && each !== null)
  } catch {
    throw malformed('The policy is not JSON.')
  }
}

/** A key of the account that is not one of AWS's. */
export function ownKey(
  world: World,
  caller: Caller,
  { input, operation }: { input: Record<string, unknown>; operation: string },
): KmsKeyState {
  const key = findKey(world, caller, { given: input['KeyId'], operation })
  if (key.manager === 'CUSTOMER') return key
  const text = `User: ${caller.arn} is not authorized to perform: kms:${operation} on resource: ${key.arn}`
  throw new AwsError('AccessDeniedException', text)
}

export function invalidState({ arn, state }: KmsKeyState): AwsError {
  const words = state === 'PendingDeletion' ? 'pending deletion' : 'not pending deletion'
  return new AwsError('KMSInvalidStateException', `${arn} is ${words}.`)
}

function malformed(message: string): AwsError {
  return new AwsError('MalformedPolicyDocumentException', message)
}
