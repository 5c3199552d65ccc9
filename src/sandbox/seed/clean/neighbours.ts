import type { World } from '../../world.ts'
import { demoOrganization } from '../demo/organization.ts'
import { main, partner } from '../neighbours/identity.ts'
import { mailTo, topicAt, topicsOf } from '../neighbours/network.ts'
import { type Place, placeIn, secondsAgo } from '../neighbours/place.ts'
import { pullCountsOf } from '../neighbours/pulls.ts'
import { abroad } from './foundations.ts'
import { cleanFunctions, cleanTasks } from './running.ts'
import { cleanEvents, cleanLogs, cleanMetrics, cleanSchedules, cleanTrails, cleanUpRule } from './watching.ts'

/** What surrounds a registry that is in order. Comes last: it names images, keys and topics. */
export function plantCleanNeighbours(world: World): void {
  const home = placeIn(world, main, 'eu-west-1')
  const away = placeIn(world, main, abroad)
  if (!home || !away) return
  const { account, region } = home
  const events = cleanEvents(home)
  account.cloudtrail = { [region]: cleanTrails(home) }
  account.logs = { [region]: cleanLogs(home) }
  account.cloudwatch = {
    [region]: cleanMetrics(home),
    [abroad]: { metricAlarms: [], compositeAlarms: [], metrics: pullCountsOf(away) },
  }
  account.events = {
    [region]: { ...events, rules: [...events.rules, cleanUpRule(home)] },
    [abroad]: cleanEvents(away),
  }
  account.scheduler = { [region]: cleanSchedules(home) }
  account.ecs = { [region]: cleanTasks(home) }
  account.lambda = { [region]: cleanFunctions(home) }
  account.organizations = organization(home)
  account.ecrPublic = publicRepositories(home)
  account.sns = { ...account.sns, [abroad]: alertsAbroad(away) }
}

/** Events go to topics of their own Region only. */
function alertsAbroad(place: Place) {
  const topic = 'security-alerts'
  const confirmed = { topic, id: '5d0b1c2e-3f4a-4b5c-8d6e-7f8091a2b3c5' }
  const subscriptions = [mailTo(place, 'security@shop.example', confirmed)]
  return topicsOf([topicAt(place, topic, { subscriptions })])
}

/** The demo's, where the guard rail hangs at the root. */
function organization(place: Place) {
  const found = demoOrganization(place, partner)
  const atRoot = found.policies.flatMap(({ targets }) => targets)
  return { ...found, policies: found.policies.map((each) => ({ ...each, targets: atRoot })) }
}

function publicRepositories({ account, ...place }: Place) {
  const name = 'shop-sdk'
  const repository = {
    repositoryName: name,
    repositoryArn: `arn:aws:ecr-public::${account.id}:repository/${name}`,
    registryId: account.id,
    repositoryUri: `public.ecr.aws/simulated/${name}`,
    createdAt: secondsAgo({ account, ...place }, 500),
  }
  return { repositories: [{ repository, tags: { owner: 'shop-team', public: 'intended' }, images: [] }] }
}
