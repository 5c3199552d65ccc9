import { demoKey } from '../../accounts.ts'
import { accountDecides } from '../../kms/key-policy.ts'
import type { KmsKeyState, World } from '../../world.ts'
import { day, document, home, main, partner } from '../neighbours/identity.ts'
import {
  defaultVpc,
  gatewayAt,
  interfaceAt,
  mailTo,
  networkOf,
  shopVpc,
  topicAt,
  topicsOf,
} from '../neighbours/network.ts'
import { type Place, placeIn } from '../neighbours/place.ts'
import { plantTrailBucket, trailBucketName, trailStatements } from '../neighbours/trail-bucket.ts'
import { addDemoIdentities } from './identities.ts'

/** What the demo's registry stands on: identities, keys, network, topics, the bucket of the trail. Comes first. */
export function plantDemoFoundations(world: World): void {
  const place = placeIn(world, main, home)
  if (!place) return
  const { account } = place
  addDemoIdentities(account, world.now())
  const key = sharedKey(world.now())
  account.kmsKeys[`${home}/${key.keyId}`] = key
  account.ec2 = { [home]: network(place) }
  // An address that nobody has confirmed: whatever is sent there is lost.
  const nobody = [mailTo(place, 'security@shop.example')]
  account.sns = { [home]: topicsOf([topicAt(place, 'security-alerts', { subscriptions: nobody })]) }
  plantBucket(place)
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

/** The way to the API is private, but open to everybody; there is no way to the layers. */
function network(place: Place) {
  return networkOf([shopVpc(), defaultVpc()], [interfaceAt(place, 'ecr.api'), gatewayAt(place)])
}

/** Somebody wanted to look at the logs from home. */
function plantBucket(place: Place): void {
  const everybody = {
    Sid: 'LookFromHome',
    Effect: 'Allow',
    Principal: '*',
    Action: 's3:GetObject',
    Resource: `arn:aws:s3:::${trailBucketName}/*`,
  }
  plantTrailBucket(place, {
    policy: document(...trailStatements(place), everybody),
    publicAccessBlock: null,
    ownership: 'ObjectWriter',
    grants: [{ to: 'AuthenticatedUsers', permission: 'READ' }],
  })
}
