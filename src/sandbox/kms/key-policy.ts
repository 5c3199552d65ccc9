import { parseArn } from '../../core/arn.ts'
import type { KmsKeyState } from '../world.ts'

/** What the key's policy says; a key that was given none has what AWS gives it. */
export function policyOf(key: KmsKeyState): string {
  if (key.policy !== undefined) return key.policy
  const account = parseArn(key.arn)?.account ?? ''
  return key.manager === 'AWS' ? ownedByAws(key, account) : accountDecides(account)
}

/** IAM policies of the account decide. */
export function accountDecides(account: string, ...more: object[]): string {
  const root = {
    Sid: 'Enable IAM User Permissions',
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${account}:root` },
    Action: 'kms:*',
    Resource: '*',
  }
  return JSON.stringify({ Version: '2012-10-17', Id: 'key-default-1', Statement: [root, ...more] })
}

/** Everybody of the account, by way of ECR alone. */
function ownedByAws({ region }: KmsKeyState, account: string): string {
  const statements = [
    {
      Sid: 'Allow access through ECR for all principals in the account that are authorized to use ECR',
      Effect: 'Allow',
      Principal: { AWS: '*' },
      Action: [
        'kms:Encrypt',
        'kms:Decrypt',
        'kms:ReEncrypt*',
        'kms:GenerateDataKey*',
        'kms:CreateGrant',
        'kms:DescribeKey',
      ],
      Resource: '*',
      Condition: {
        StringEquals: { 'kms:CallerAccount': account, 'kms:ViaService': `ecr.${region}.amazonaws.com` },
      },
    },
    {
      Sid: 'Allow direct access to key metadata to the account',
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${account}:root` },
      Action: ['kms:Describe*', 'kms:Get*', 'kms:List*', 'kms:RevokeGrant'],
      Resource: '*',
    },
  ]
  return JSON.stringify({ Version: '2012-10-17', Id: 'auto-ecr-1', Statement: statements })
}
