import { DescribeKeyCommand, type KeyMetadata, KMSClient } from '@aws-sdk/client-kms'
import type { AwsContext } from '../aws/context.ts'
import { awsError } from '../aws/errors.ts'
import { parseArn } from '../core/arn.ts'
import { inParallel } from '../core/parallel.ts'
import type { EcrRepository } from '../ecr/repositories.ts'
import { answer, missing } from './answer.ts'
import type { Inventory, KmsKey } from './inventory.ts'

const atOnce = 8

/** Each key that a repository names, asked for once. */
export async function collectKeys(
  aws: AwsContext,
  repositories: readonly EcrRepository[],
  signal: AbortSignal,
): Promise<Inventory['keys']> {
  const wanted = new Set(repositories.flatMap(({ encryption }) => encryption.kmsKey ?? []))
  if (wanted.size === 0) return {}
  const client = new KMSClient(aws.clientConfig('kms'))
  const found: Inventory['keys'] = {}
  try {
    await inParallel([...wanted].sort(), atOnce, async (arn) => {
      found[arn] = await answer('kms:DescribeKey', describeKey(client, arn, signal))
    })
    return found
  } finally {
    client.destroy()
  }
}

async function describeKey(client: KMSClient, arn: string, signal: AbortSignal): Promise<KmsKey> {
  const command = new DescribeKeyCommand({ KeyId: arn })
  const found = await client.send(command, { abortSignal: signal }).catch((error) => {
    throw awsError(error, { operation: 'kms:DescribeKey', resource: arn })
  })
  return toKey(arn, found.KeyMetadata)
}

function toKey(arn: string, found: KeyMetadata | undefined): KmsKey {
  return {
    arn: found?.Arn ?? arn,
    // Never taken for the user's own unless KMS says so.
    manager: found?.KeyManager === 'CUSTOMER' ? 'CUSTOMER' : 'AWS',
    state: found?.KeyState ?? 'Unknown',
    account: found?.AWSAccountId ?? parseArn(arn)?.account ?? '',
    region: parseArn(arn)?.region ?? '',
    origin: found?.Origin ?? 'AWS_KMS',
    rotation: missing('NotCollected', 'Not asked.', 'kms:GetKeyRotationStatus'),
    policy: missing('NotCollected', 'Not asked.', 'kms:GetKeyPolicy'),
  }
}
