import { randomUUID } from 'node:crypto'
import { partitionOf } from '../../../core/arn.ts'
import type { KmsKeyState, Registry, Repository, World } from '../../world.ts'
import { invalidParameter } from '../errors.ts'
import { type Members, needText, readMembers, readText } from '../input/read.ts'
import { kmsError } from '../key-usable.ts'

export const encryptionTypes = ['AES256', 'KMS', 'KMS_DSSE'] as const

/** Decides the encryption of a new repository, for ever (ecr-facts 2.2 and 7). The key answered is an ARN. */
export function readEncryption(world: World, registry: Registry, input: Members): Repository['encryption'] {
  const asked = readMembers(input, 'encryptionConfiguration')
  if (!asked) return { encryptionType: 'AES256' }
  const encryptionType = needText(asked, 'encryptionType', { oneOf: encryptionTypes })
  const name = readText(asked, 'kmsKey', { min: 1, max: 2048 })
  checkEncryption(registry, encryptionType, name)
  if (encryptionType === 'AES256') return { encryptionType }
  const key = name === undefined ? managedKey(world, registry) : findEncryptionKey(world, registry, name)
  return { encryptionType, kmsKey: requireEnabled(key, name ?? managedAlias).arn }
}

/** What holds for repositories and for creation templates alike. */
export function checkEncryption(registry: Registry, type: string, key: string | undefined): void {
  if (type === 'AES256' && key !== undefined)
    throw invalidParameter('encryptionConfiguration', 'A KMS key cannot be given with the type AES256')
  if (type === 'KMS_DSSE' && !registry.region.startsWith('us-gov-'))
    throw invalidParameter('encryptionConfiguration', 'KMS_DSSE is available in AWS GovCloud (US) only')
}

const managedAlias = 'alias/aws/ecr'

function keysOf(world: World, registry: Registry): KmsKeyState[] {
  const keys = world.state.accounts[registry.account]?.kmsKeys ?? {}
  return Object.values(keys).filter((key) => key.region === registry.region)
}

/** The key of a name, by id, ARN, alias or ARN of an alias: the forms that DescribeKey knows. */
export function findEncryptionKey(world: World, registry: Registry, name: string): KmsKeyState | undefined {
  const alias = /(?:^|:)(alias\/.+)$/.exec(name)?.[1]
  if (alias === managedAlias) return managedKey(world, registry)
  return keysOf(world, registry).find((key) =>
    alias === undefined ? name === key.arn || name === key.keyId : hasAlias(key, alias),
  )
}

function hasAlias(key: KmsKeyState, alias: string): boolean {
  return key.aliases.includes(alias) || key.aliases.includes(alias.slice('alias/'.length))
}

/** The key that AWS makes for ECR in every account and Region, on first use. */
function managedKey(world: World, registry: Registry): KmsKeyState | undefined {
  const existing = keysOf(world, registry).find((key) => hasAlias(key, managedAlias))
  const account = world.state.accounts[registry.account]
  if (existing || !account) return existing
  const keyId = randomUUID()
  const { region } = registry
  return (account.kmsKeys[`${region}/${keyId}`] = {
    keyId,
    arn: `arn:${partitionOf(region)}:kms:${region}:${account.id}:key/${keyId}`,
    region,
    manager: 'AWS',
    state: 'Enabled',
    aliases: [managedAlias],
    createdAt: world.now(),
    description: 'Default key that protects my ECR data when no other key is defined',
  })
}

function requireEnabled(key: KmsKeyState | undefined, name: string): KmsKeyState {
  if (!key) throw kmsError(`The KMS key '${name}' does not exist.`, 'NotFoundException')
  if (key.state === 'Disabled') throw kmsError(`The KMS key ${key.arn} is disabled.`, 'DisabledException')
  if (key.state === 'Enabled') return key
  throw kmsError(`The KMS key ${key.arn} is pending deletion.`, 'KMSInvalidStateException')
}
