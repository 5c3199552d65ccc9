import { demoKey } from '../../accounts.ts'
import { accountDecides } from '../../kms/key-policy.ts'
import type { KmsKeyState, World } from '../../world.ts'
import { day, document, home, main } from '../neighbours/identity.ts'
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
import {
  onlyEncrypted,
  plantBucketAt,
  plantTrailBucket,
  trailStatements,
} from '../neighbours/trail-bucket.ts'
import { addCleanIdentities } from './identities.ts'

export const abroad = 'us-east-1'
export const cleanKeys = {
  images: '5f0c2a34-9d1e-4b67-8a52-000000000001',
  trail: '5f0c2a34-9d1e-4b67-8a52-000000000005',
  imagesAbroad: '5f0c2a34-9d1e-4b67-8a52-000000000006',
}

const accessLogs = 'shop-access-logs'

/** What a registry that is in order stands on. Comes first. */
export function plantCleanFoundations(world: World): void {
  const place = placeIn(world, main, home)
  if (!place) return
  const { account } = place
  addCleanIdentities(account, world.now())
  account.kmsKeys = keys(world.now())
  const networkIn = (each: Place) => networkOf([shopVpc(), defaultVpc()], endpoints(each))
  account.ec2 = { [home]: networkIn(place), [abroad]: networkIn({ ...place, region: abroad }) }
  const topic = 'security-alerts'
  const confirmed = { topic, id: '5d0b1c2e-3f4a-4b5c-8d6e-7f8091a2b3c4' }
  const subscriptions = [mailTo(place, 'security@shop.example', confirmed)]
  account.sns = {
    [home]: topicsOf([topicAt(place, topic, { subscriptions, kmsKey: 'alias/trail' })]),
  }
  plantBuckets(place)
}

/** Each for one purpose, rotated every year, used by the account alone. */
function keys(now: number): Record<string, KmsKeyState> {
  const rotation = { periodInDays: 365, enabledAt: now - 400 * day }
  const plain = {
    createdAt: now - 400 * day,
    rotation,
    policy: accountDecides(main),
    tags: { owner: 'platform-team' },
  }
  const description = 'Images of the shop'
  const { images, trail, imagesAbroad } = cleanKeys
  const all = [
    demoKey(images, { ...plain, aliases: ['alias/holdfast-demo'], description }),
    demoKey(trail, {
      ...plain,
      aliases: ['alias/trail'],
      description: 'Logs of the account',
      policy: accountDecides(main, ...logServices()),
    }),
    demoKey(imagesAbroad, { ...plain, region: abroad, aliases: ['alias/holdfast-demo'], description }),
  ]
  return Object.fromEntries(all.map((each) => [`${each.region}/${each.keyId}`, each]))
}

function logServices() {
  const own = { StringEquals: { 'aws:SourceAccount': main } }
  return ['cloudtrail', 'cloudwatch', 'events', `logs.${home}`].map((service) => ({
    Sid: `Used by ${service}`,
    Effect: 'Allow',
    Principal: { Service: `${service}.amazonaws.com` },
    Action: ['kms:GenerateDataKey*', 'kms:Decrypt', 'kms:DescribeKey'],
    Resource: '*',
    Condition: own,
  }))
}

/** Both ways to the registry, and the one to the layers, each for the account alone. */
function endpoints(place: Place) {
  const own = { StringEquals: { 'aws:PrincipalAccount': main } }
  const registry = document({
    Effect: 'Allow',
    Principal: '*',
    Action: 'ecr:*',
    Resource: '*',
    Condition: own,
  })
  const layers = document({
    Effect: 'Allow',
    Principal: '*',
    Action: 's3:GetObject',
    Resource: `arn:aws:s3:::prod-${place.region}-starport-layer-bucket/*`,
  })
  return [
    interfaceAt(place, 'ecr.api', { policy: registry }),
    interfaceAt(place, 'ecr.dkr', { policy: registry }),
    gatewayAt(place, { policy: layers }),
  ]
}

/** Whoever reads the trail is written down in a second bucket. */
function plantBuckets(place: Place): void {
  const { region } = place
  const key = `arn:aws:kms:${region}:${main}:key/${cleanKeys.trail}`
  plantTrailBucket(
    place,
    {
      policy: document(...trailStatements(place), onlyEncrypted),
      encryption: { algorithm: 'aws:kms', kmsKey: key, bucketKey: true },
      logging: { bucket: accessLogs, prefix: 'trail/' },
      mfaDelete: true,
    },
    { versioning: 'Enabled' },
  )
  plantBucketAt(place, accessLogs, { settings: {} })
}
