import type { Caller } from '../http.ts'
import type { KmsKeyState, World } from '../world.ts'
import { createAlias, deleteAlias, updateAlias } from './aliases.ts'
import {
  cancelKeyDeletion,
  disableKey,
  disableKeyRotation,
  enableKey,
  enableKeyRotation,
  putKeyPolicy,
  scheduleKeyDeletion,
} from './change-key.ts'
import { createKey } from './create-key.ts'
import { aliasArn, findKey, keysOf } from './find-key.ts'
import { metadataOf } from './key-metadata.ts'
import {
  getKeyPolicy,
  getKeyRotationStatus,
  listGrants,
  listKeyPolicies,
  listResourceTags,
} from './key-settings.ts'
import { kmsPage } from './page.ts'
import { tagResource, untagResource } from './tags.ts'

export type KmsOperation = (
  world: World,
  caller: Caller,
  input: Record<string, unknown>,
) => Record<string, unknown>

const reads: Record<string, KmsOperation> = {
  DescribeKey: (world, caller, input) => ({
    KeyMetadata: metadataOf(
      findKey(world, caller, {
        given: input['KeyId'],
        operation: 'DescribeKey',
        aliases: true,
        foreign: true,
      }),
    ),
  }),
  GetKeyPolicy: getKeyPolicy,
  GetKeyRotationStatus: getKeyRotationStatus,
  ListAliases: (world, caller, input) => listAliases(world, caller, input),
  ListGrants: listGrants,
  ListKeyPolicies: listKeyPolicies,
  ListResourceTags: listResourceTags,
}

const changes: Record<string, KmsOperation> = {
  CancelKeyDeletion: cancelKeyDeletion,
  CreateAlias: createAlias,
  CreateKey: createKey,
  DeleteAlias: deleteAlias,
  DisableKey: disableKey,
  DisableKeyRotation: disableKeyRotation,
  EnableKey: enableKey,
  EnableKeyRotation: enableKeyRotation,
  PutKeyPolicy: putKeyPolicy,
  ScheduleKeyDeletion: scheduleKeyDeletion,
  TagResource: tagResource,
  UntagResource: untagResource,
  UpdateAlias: updateAlias,
}

export const kmsOperations: Record<string, KmsOperation> = { ...reads, ...changes }

function listAliases(world: World, caller: Caller, input: Record<string, unknown>): Record<string, unknown> {
  const given = input['KeyId']
  const wanted = given === undefined ? undefined : findKey(world, caller, { given, operation: 'ListAliases' })
  const all = keysOf(world, caller)
    .filter((key) => wanted === undefined || key === wanted)
    .flatMap((key) => key.aliases.map((name) => aliasEntry(caller, key, name)))
    .sort((a, b) => (a.AliasName < b.AliasName ? -1 : 1))
  const { items, rest } = kmsPage(all, input, { most: 100, keyOf: ({ AliasName }) => AliasName })
  return { Aliases: items, ...rest }
}

function aliasEntry(caller: Caller, key: KmsKeyState, name: string) {
  return {
    AliasName: name,
    AliasArn: aliasArn(caller, name),
    TargetKeyId: key.keyId,
    CreationDate: key.createdAt / 1000,
    LastUpdatedDate: key.createdAt / 1000,
  }
}
