import { awsPolicyArn } from './iam/aws-policies.ts'
import { accountDecides } from './kms/key-policy.ts'
import type { AccessKey, Account, KmsKeyState, Role } from './world.ts'

const day = 24 * 60 * 60 * 1000
const main = '111122223333'
const partner = '444455556666'
const home = 'eu-west-1'

const handedOut = { demo: 'AKIAHOLDFASTDEMO0001', partner: 'AKIAHOLDFASTDEMO0002' }

/** The keys that the sandbox tells whoever starts it: of administrators, whatever policies their users have. */
export function isHandedOut(accessKeyId: string): boolean {
  return Object.values(handedOut).includes(accessKeyId)
}

/** The two accounts that every new world has: the same identifiers and (fake) secrets always. */
export function demoAccounts(now: number): Record<string, Account> {
  return {
    [main]: {
      id: main,
      keys: byId(userKey(main, 'demo-admin', handedOut.demo)),
      roles: {},
      kmsKeys: demoKeys(now),
      regions: [home, 'us-east-1'],
    },
    [partner]: {
      id: partner,
      keys: byId(userKey(partner, 'partner-admin', handedOut.partner)),
      roles: { 'holdfast-reader': readerRole() },
      kmsKeys: {},
      regions: [home, 'us-east-1'],
    },
  }
}

function byId(key: AccessKey): Record<string, AccessKey> {
  return { [key.accessKeyId]: key }
}

/** The secret is as long as a real one and says that it is none. */
function userKey(account: string, name: string, accessKeyId: string): AccessKey {
  return {
    accessKeyId,
    secretAccessKey: `simulated/not/a/secret/${accessKeyId.slice(-4)}+padding+0000`,
    arn: `arn:aws:iam::${account}:user/${name}`,
    userId: `AIDA${accessKeyId.slice(4)}A`,
  }
}

/** Everybody in the main account may assume it, without an external id, and read. */
function readerRole(): Role {
  const name = 'holdfast-reader'
  const trust = {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${main}:root` }, Action: 'sts:AssumeRole' },
    ],
  }
  return {
    name,
    arn: `arn:aws:iam::${partner}:role/${name}`,
    id: 'AROAHOLDFASTREADER001',
    trustPolicy: JSON.stringify(trust),
    details: {
      path: '/',
      createdAt: Date.parse('2024-01-15T09:00:00Z'),
      attached: [awsPolicyArn('AmazonEC2ContainerRegistryReadOnly')],
      inline: {},
      tags: {},
    },
  }
}

function demoKeys(now: number): Record<string, KmsKeyState> {
  const keys = [
    demoKey('5f0c2a34-9d1e-4b67-8a52-000000000001', {
      aliases: ['alias/holdfast-demo'],
      createdAt: now - 400 * day,
      description: 'Images of the shop',
      rotation: { periodInDays: 365, enabledAt: now - 400 * day },
      tags: { owner: 'platform-team' },
    }),
    demoKey('5f0c2a34-9d1e-4b67-8a52-000000000002', {
      manager: 'AWS',
      aliases: ['alias/aws/ecr'],
      createdAt: now - 500 * day,
      description: 'Default key that protects my ECR data when no other key is defined',
    }),
    sharedKey(now),
    demoKey('5f0c2a34-9d1e-4b67-8a52-000000000003', {
      state: 'PendingDeletion',
      aliases: ['alias/legacy-images'],
      createdAt: now - 900 * day,
      deletionAt: now + 20 * day,
      description: 'Images of the old shop',
    }),
  ]
  return Object.fromEntries(keys.map((each) => [`${each.region}/${each.keyId}`, each]))
}

/** Never rotated, and open to the partner, who was also given a grant once. */
function sharedKey(now: number): KmsKeyState {
  const partners = {
    Sid: 'PartnerReads',
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${partner}:root` },
    Action: ['kms:Decrypt', 'kms:DescribeKey', 'kms:GetKeyRotationStatus', 'kms:CreateGrant'],
    Resource: '*',
  }
  return demoKey('5f0c2a34-9d1e-4b67-8a52-000000000004', {
    aliases: ['alias/shop-worker'],
    createdAt: now - 270 * day,
    description: 'Images of the worker, shared for a test once',
    policy: accountDecides(main, partners),
    grants: [
      {
        id: '0c7e5d3a9b1f8642c7e5d3a9b1f8642c7e5d3a9b1f8642c7e5d3a9b1f8642aa1',
        name: 'partner-test',
        createdAt: now - 255 * day,
        grantee: `arn:aws:iam::${partner}:role/holdfast-reader`,
        operations: ['Decrypt', 'DescribeKey'],
      },
    ],
  })
}

/** A key of the main account. */
export function demoKey(
  keyId: string,
  rest: Partial<KmsKeyState> & Pick<KmsKeyState, 'createdAt' | 'description'>,
): KmsKeyState {
  const region = rest.region ?? home
  const arn = `arn:aws:kms:${region}:${main}:key/${keyId}`
  return { keyId, arn, region, manager: 'CUSTOMER', state: 'Enabled', aliases: [], ...rest }
}
