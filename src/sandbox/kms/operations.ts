import { parseArn } from '../../core/arn.ts'
import type { Caller } from '../http.ts'
import type { KmsKeyState, World } from '../world.ts'
import { cancelKeyDeletion, enableKey, enableKeyRotation, putKeyPolicy } from './change-key.ts'
import { aliasArn, findKey, keysOf } from './find-key.ts'
import {
  getKeyPolicy,
  getKeyRotationStatus,
  listGrants,
  listKeyPolicies,
  listResourceTags,
} from './key-settings.ts'
import { kmsPage } from './page.ts'

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
  EnableKey: enableKey,
  EnableKeyRotation: enableKeyRotation,
  PutKeyPolicy: putKeyPolicy,
}

export const kmsOperations: Record<string, KmsOperation> = { ...reads, ...changes }

function metadataOf(key: KmsKeyState): Record<string, unknown> {
  const account = parseArn(key.arn)?.account
  return {
    AWSAccountId: account,
    KeyId: key.keyId,
    Arn: key.arn,
    CreationDate: key.createdAt / 1000,
    Enabled: key.state === 'Enabled',
    Description: key.description,
    KeyUsage: 'ENCRYPT_DECRYPT',
    KeyState: key.state,
    ...(key.state === 'PendingDeletion' &&
      key.deletionAt !== undefined && { DeletionDate: key.deletionAt / 1000 }),
    Origin: 'AWS_KMS',
    KeyManager: key.manager,
    CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT',
    KeySpec: 'SYMMETRIC_DEFAULT',
    EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
    MultiRegion: key.multiRegion ?? false,
    ...(key.multiRegion && {
      MultiRegionConfiguration: {
        MultiRegionKeyType: 'PRIMARY',
        PrimaryKey: { Arn: key.arn, Region: key.region },
        ReplicaKeys: [],
      },
    }),
  }
}

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
