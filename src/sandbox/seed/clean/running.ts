import type { EcsState } from '../../ecs/state.ts'
import type { LambdaState } from '../../lambda/state.ts'
import { arnIn, imageOf, type Place, secondsAgo } from '../neighbours/place.ts'
import {
  clusterAt,
  functionAt,
  invokePolicy,
  serviceAt,
  taskAt,
  taskDefinitionAt,
} from '../neighbours/running.ts'

const cluster = 'shop'

/** Everything runs by digest, on images that the lifecycle policies keep. */
export function cleanTasks(place: Place): EcsState {
  const of = (repository: string, tag: string) => imageOf(place, repository, tag)
  const images = {
    'shop-api:14': of('shop/api', '1.4.0'),
    'shop-web:9': of('shop/web', '3.2.0'),
    'shop-worker:2': of('shop/worker', '2.1.0'),
  }
  const runs = Object.entries(images).map(([definition, image]) => ({
    definition,
    image,
    name: definition.split(':')[0] ?? definition,
  }))
  return {
    clusters: [clusterAt(place, cluster)],
    services: runs.map(({ name, definition }) => serviceAt(place, name, { cluster, definition, count: 1 })),
    tasks: runs.map(({ name, definition, image }, at) =>
      taskAt(place, at + 1, {
        cluster,
        definition,
        group: `service:${name}`,
        image: image.byDigest,
        digest: image.digest,
      }),
    ),
    taskDefinitions: [
      ...runs.map(({ definition, image }) => taskDefinitionAt(place, definition, { image: image.byDigest })),
      taskDefinitionAt(place, 'invoices:4', { image: of('shop/api', '1.4.0').byDigest }),
    ],
  }
}

/** The clean-up on a runtime that gets fixes; what it could not do is kept. */
export function cleanFunctions(place: Place): LambdaState {
  const failed = arnIn(place, 'sqs', 'ecr-cleanup-failed')
  const configuration = functionAt(place, 'ecr-cleanup', {
    Runtime: 'nodejs24.x',
    Handler: 'cleanup.handler',
    Description: 'Deletes images that nothing uses',
    Timeout: 300,
    DeadLetterConfig: { TargetArn: failed },
    Environment: { Variables: { DRY_RUN: 'false' } },
    TracingConfig: { Mode: 'Active' },
  })
  const rule = arnIn(place, 'events', 'rule/nightly-image-cleanup')
  return {
    functions: [
      {
        configuration,
        tags: { owner: 'platform-team' },
        policy: invokePolicy(configuration.FunctionArn, rule),
        invoke: {
          LastModified: secondsAgo(place, 60),
          MaximumRetryAttempts: 2,
          MaximumEventAgeInSeconds: 3600,
          DestinationConfig: { OnSuccess: {}, OnFailure: { Destination: failed } },
        },
      },
    ],
    mappings: [],
  }
}
