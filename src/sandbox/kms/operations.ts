import { parseArn } from '../../core/arn.ts'
import { AwsError, type Caller } from '../http.ts'
import type { KmsKeyState, World } from '../world.ts'

export type KmsOperation = (
  world: World,
  caller: Caller,
  input: Record<string, unknown>,
) => Record<string, unknown>

export const kmsOperations: Record<string, KmsOperation> = {
  DescribeKey: (world, caller, input) => ({
    KeyMetadata: metadataOf(findKey(world, caller, input['KeyId'])),
  }),
  ListAliases: (world, caller, input) => listAliases(world, caller, input),
}

/** By key id, key ARN, alias name or alias ARN. */
function findKey(world: World, caller: Caller, given: unknown): KmsKeyState {
  if (typeof given !== 'string' || given === '')
    throw new AwsError('ValidationException', 'KeyId is missing.')
  const arn = parseArn(given)
  if (arn && arn.account !== caller.account) throw otherAccount(caller, given)
  if (arn && arn.region !== caller.region) throw notFound(given)
  const name = arn ? arn.resource.replace(/^key\//, '') : given
  const found = keysOf(world, caller).find((key) => key.keyId === name || key.aliases.includes(name))
  if (found) return found
  const text = name.startsWith('alias/') ? aliasArn(caller, name) : keyArn(caller, name)
  throw notFound(name.startsWith('alias/') ? `Alias ${text}` : `Key '${text}'`)
}

function keysOf(world: World, { account, region }: Caller): KmsKeyState[] {
  const keys = Object.values(world.state.accounts[account]?.kmsKeys ?? {})
  return keys.filter((key) => key.region === region)
}

/** Assumption: no key policy lets another account in. */
function otherAccount(caller: Caller, arn: string): AwsError {
  const text = `User: ${caller.arn} is not authorized to perform: kms:DescribeKey on resource: ${arn}`
  return new AwsError('AccessDeniedException', text)
}

function notFound(what: string): AwsError {
  return new AwsError('NotFoundException', `${what} does not exist`)
}

function metadataOf(key: KmsKeyState): Record<string, unknown> {
  return {
    AWSAccountId: parseArn(key.arn)?.account,
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
    MultiRegion: false,
  }
}

/** All on one page when they fit; the marker is the last alias of the page before. */
function listAliases(world: World, caller: Caller, input: Record<string, unknown>): Record<string, unknown> {
  const wanted = input['KeyId'] === undefined ? undefined : findKey(world, caller, input['KeyId'])
  const limit = typeof input['Limit'] === 'number' ? input['Limit'] : 50
  const marker = typeof input['Marker'] === 'string' ? input['Marker'] : ''
  const all = keysOf(world, caller)
    .filter((key) => wanted === undefined || key === wanted)
    .flatMap((key) => key.aliases.map((name) => aliasEntry(caller, key, name)))
    .sort((a, b) => (a.AliasName < b.AliasName ? -1 : 1))
    .filter(({ AliasName }) => AliasName > marker)
  const page = all.slice(0, limit)
  const truncated = all.length > page.length
  return {
    Aliases: page,
    Truncated: truncated,
    ...(truncated && { NextMarker: page.at(-1)?.AliasName }),
  }
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

function aliasArn({ account, region }: Caller, name: string): string {
  return `arn:aws:kms:${region}:${account}:${name}`
}

function keyArn({ account, region }: Caller, id: string): string {
  return `arn:aws:kms:${region}:${account}:key/${id}`
}
