import { parseArn } from '../../core/arn.ts'
import type { KmsKeyState } from '../world.ts'

/** A key as CreateKey and DescribeKey show it. */
export function metadataOf(key: KmsKeyState): Record<string, unknown> {
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
