import type { World } from '../../world.ts'
import { document, home, main } from '../neighbours/identity.ts'
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

/** What the demo's registry stands on: identities, network, topics, the bucket of the trail. Comes first. */
export function plantDemoFoundations(world: World): void {
  const place = placeIn(world, main, home)
  if (!place) return
  const { account } = place
  addDemoIdentities(account, world.now())
  account.ec2 = { [home]: network(place) }
  // An address that nobody has confirmed: whatever is sent there is lost.
  const nobody = [mailTo(place, 'security@shop.example')]
  account.sns = { [home]: topicsOf([topicAt(place, 'security-alerts', { subscriptions: nobody })]) }
  plantBucket(place)
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
