import { parseArn } from '../core/arn.ts'
import type { Answer, Inventory, KmsKey, MissingAnswer, RepositoryInventory } from '../inventory/inventory.ts'

/** The key of a repository, as far as it is known. */
export type RepositoryKey =
  /** No KMS: the keys of S3. */
  | { kind: 'none' }
  | { kind: 'named'; name: string; key: Answer<KmsKey> }
  /** ECR says KMS, but not with which key. */
  | { kind: 'unnamed'; missing: MissingAnswer }

export function keyOf({ encryption }: RepositoryInventory, { keys }: Inventory): RepositoryKey {
  if (encryption.type === 'AES256') return { kind: 'none' }
  const { kmsKey: name } = encryption
  if (!name) return { kind: 'unnamed', missing: noKeyNamed }
  const key = Object.hasOwn(keys, name) ? keys[name] : undefined
  return { kind: 'named', name, key: key ?? { error: notAsked(name) } }
}

/** The ARN of the key itself: what was named, or, when that is an alias or an id, what KMS says that it means. */
export function keyArn(name: string, key: Answer<KmsKey>): string | undefined {
  if (parseArn(name)?.resource.startsWith('key/')) return name
  return 'ok' in key ? key.ok.arn : undefined
}

/** `arn:...:key/1234`, for sentences: the end of it. */
export function shortKey(arn: string): string {
  return arn.split('/').pop() ?? arn
}

const noKeyNamed: MissingAnswer = {
  code: 'NotAnswered',
  message: 'ECR says that the repository is encrypted with KMS, but not with which key.',
  needs: 'ecr:DescribeRepositories',
}

function notAsked(key: string): MissingAnswer {
  const message = `The inventory holds nothing about ${key}.`
  return { code: 'NotAnswered', message, needs: 'kms:DescribeKey' }
}
