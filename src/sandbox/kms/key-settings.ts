import { parseArn } from '../../core/arn.ts'
import { AwsError } from '../http.ts'
import type { KmsKeyState } from '../world.ts'
import { findKey } from './find-key.ts'
import { policyOf } from './key-policy.ts'
import type { KmsOperation } from './operations.ts'
import { kmsPage } from './page.ts'
import type { Grant } from './state.ts'

const day = 24 * 60 * 60 * 1000

export const getKeyPolicy: KmsOperation = (world, caller, input) => {
  const key = findKey(world, caller, { given: input['KeyId'], operation: 'GetKeyPolicy' })
  const name = input['PolicyName'] ?? 'default'
  if (name !== 'default') throw new AwsError('NotFoundException', 'No such policy exists')
  return { Policy: policyOf(key), PolicyName: 'default' }
}

/** There is one, and its name is always the same. */
export const listKeyPolicies: KmsOperation = (world, caller, input) => {
  findKey(world, caller, { given: input['KeyId'], operation: 'ListKeyPolicies' })
  return { PolicyNames: ['default'], Truncated: false }
}

/** AWS rotates its own keys every year; a key that is not enabled is not rotated, whatever was set. */
export const getKeyRotationStatus: KmsOperation = (world, caller, input) => {
  const question = { given: input['KeyId'], operation: 'GetKeyRotationStatus', foreign: true }
  const key = findKey(world, caller, question)
  const { rotation } = key
  const own = key.manager === 'AWS' ? { periodInDays: 365, enabledAt: key.createdAt } : rotation
  if (!own) return { KeyId: key.keyId, KeyRotationEnabled: false }
  const { periodInDays, enabledAt } = own
  const period = periodInDays * day
  const next = enabledAt + period * (Math.floor((world.now() - enabledAt) / period) + 1)
  const enabled = key.state === 'Enabled'
  return {
    KeyId: key.keyId,
    KeyRotationEnabled: enabled,
    ...(enabled && { RotationPeriodInDays: periodInDays, NextRotationDate: next / 1000 }),
  }
}

export const listGrants: KmsOperation = (world, caller, input) => {
  const question = { given: input['KeyId'], operation: 'ListGrants', foreign: true }
  const key = findKey(world, caller, question)
  const { GrantId, GranteePrincipal } = input
  const all = (key.grants ?? [])
    .filter(({ id, grantee }) => (GrantId ?? id) === id && (GranteePrincipal ?? grantee) === grantee)
    .sort((a, b) => (a.id < b.id ? -1 : 1))
  const { items, rest } = kmsPage(all, input, { most: 100, keyOf: ({ id }) => id })
  return { Grants: items.map((grant) => grantDocument(key, grant)), ...rest }
}

function grantDocument(key: KmsKeyState, { id, name, createdAt, grantee, retiring, operations }: Grant) {
  return {
    KeyId: key.arn,
    GrantId: id,
    ...(name !== undefined && { Name: name }),
    CreationDate: createdAt / 1000,
    GranteePrincipal: grantee,
    ...(retiring !== undefined && { RetiringPrincipal: retiring }),
    IssuingAccount: `arn:aws:iam::${parseArn(key.arn)?.account}:root`,
    Operations: operations,
  }
}

export const listResourceTags: KmsOperation = (world, caller, input) => {
  const key = findKey(world, caller, { given: input['KeyId'], operation: 'ListResourceTags' })
  const all = Object.entries(key.tags ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))
  const { items, rest } = kmsPage(all, input, { most: 50, keyOf: ([name]) => name })
  return { Tags: items.map(([TagKey, TagValue]) => ({ TagKey, TagValue })), ...rest }
}
