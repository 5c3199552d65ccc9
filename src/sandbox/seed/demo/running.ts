import type { AppRunnerState } from '../../apprunner/state.ts'
import type { EcsState } from '../../ecs/state.ts'
import type { LambdaState } from '../../lambda/state.ts'
import {
  arnIn,
  daysAgo,
  imageOf,
  type Place,
  roleArn,
  secondsAgo,
  untaggedImageOf,
} from '../neighbours/place.ts'
import {
  clusterAt,
  functionAt,
  invokePolicy,
  serviceAt,
  taskAt,
  taskDefinitionAt,
} from '../neighbours/running.ts'

const cluster = 'shop'

/**
 * Services by tag and by digest. `invoices:3` runs once a month on the oldest shop/api, which the lifecycle policy
 * of that repository would remove; one worker still runs on an image that has no tag any more.
 */
export function demoTasks(place: Place): EcsState {
  const api = imageOf(place, 'shop/api', '1.4.0')
  const before = imageOf(place, 'shop/api', '1.3.0')
  const oldest = imageOf(place, 'shop/api', '1.2.0')
  const web = imageOf(place, 'shop/web', '3.2.0')
  const checkout = imageOf(place, 'shop/checkout', '5.0.0')
  const untagged = untaggedImageOf(place, 'shop/worker')
  const etl = imageOf(place, 'data/etl', '0.8.1')
  const define = (name: string, image: string) => taskDefinitionAt(place, name, { image })
  const serve = (name: string, definition: string, count: number) =>
    serviceAt(place, name, { cluster, definition, count })
  const run = (number: number, definition: string, image: string, { digest }: { digest: string }) =>
    taskAt(place, number, { cluster, definition, group: `service:${groupOf(definition)}`, image, digest })
  return {
    clusters: [clusterAt(place, cluster), clusterAt(place, 'playground')],
    services: [
      serve('shop-api', 'shop-api:14', 2),
      serve('shop-checkout', 'shop-checkout:5', 1),
      serve('shop-web', 'shop-web:9', 1),
      serve('shop-worker', 'shop-worker:2', 1),
    ],
    tasks: [
      run(1, 'shop-api:14', api.byTag, api),
      run(2, 'shop-api:14', api.byTag, api),
      run(3, 'shop-checkout:5', checkout.byTag, checkout),
      run(4, 'shop-web:9', web.byDigest, web),
      run(5, 'shop-worker:2', untagged.byDigest, untagged),
    ],
    taskDefinitions: [
      define('etl:8', etl.byTag),
      define('invoices:3', oldest.byTag),
      taskDefinitionAt(place, 'shop-api:12', { image: oldest.byTag, status: 'INACTIVE' }),
      define('shop-api:13', before.byTag),
      define('shop-api:14', api.byTag),
      define('shop-checkout:5', checkout.byTag),
      define('shop-web:9', web.byDigest),
      define('shop-worker:2', untagged.byDigest),
      define('side-project:1', 'docker.io/library/redis:7'),
    ],
  }
}

function groupOf(definition: string): string {
  return definition.split(':')[0] ?? definition
}

/** The clean-up: a runtime that gets no more fixes, and nowhere to go for what it could not do. */
export function demoFunctions(place: Place): LambdaState {
  const cleanup = functionAt(place, 'ecr-cleanup', {
    Runtime: 'python3.8',
    Handler: 'cleanup.handler',
    Description: 'Deletes old images',
    Timeout: 900,
    LastModified: new Date(daysAgo(place, 1100)).toISOString().replace('Z', '+0000'),
    Environment: { Variables: { KEEP: '20', DRY_RUN: 'false' } },
  })
  const thumbnails = functionAt(place, 'shop-thumbnails', {
    DeadLetterConfig: { TargetArn: arnIn(place, 'sqs', 'failed-thumbnails') },
  })
  const image = imageOf(place, 'shop/worker', '2.1.0')
  return {
    functions: [
      {
        configuration: cleanup,
        tags: {},
        policy: invokePolicy(cleanup.FunctionArn, arnIn(place, 'events', 'rule/nightly-image-cleanup')),
      },
      {
        configuration: thumbnails,
        image: { uri: image.byTag, resolved: image.byDigest },
        tags: { owner: 'shop-team' },
        invoke: {
          LastModified: secondsAgo(place, 60),
          MaximumRetryAttempts: 1,
          MaximumEventAgeInSeconds: 3600,
          DestinationConfig: {
            OnSuccess: {},
            OnFailure: { Destination: arnIn(place, 'sqs', 'failed-thumbnails') },
          },
        },
      },
    ],
    mappings: [
      {
        UUID: '00000000-0000-4000-8000-000000000001',
        EventSourceArn: arnIn(place, 'sqs', 'new-pictures'),
        FunctionArn: thumbnails.FunctionArn,
        BatchSize: 10,
        LastModified: secondsAgo(place, 60),
        State: 'Enabled',
      },
    ],
  }
}

/** Follows a tag that moves. */
export function demoAppRunner(place: Place): AppRunnerState {
  const id = '0123456789abcdef0123456789abcdef'
  return {
    services: [
      {
        ServiceName: 'storefront',
        ServiceId: id,
        ServiceArn: arnIn(place, 'apprunner', `service/storefront/${id}`),
        ServiceUrl: `simulated.${place.region}.awsapprunner.com`,
        CreatedAt: secondsAgo(place, 100),
        UpdatedAt: secondsAgo(place, 20),
        Status: 'RUNNING',
        SourceConfiguration: {
          ImageRepository: {
            ImageIdentifier: imageOf(place, 'shop/web', 'latest').byTag,
            ImageRepositoryType: 'ECR',
            ImageConfiguration: { Port: '8080' },
          },
          AutoDeploymentsEnabled: true,
          AuthenticationConfiguration: { AccessRoleArn: roleArn(place, 'apprunner-pull') },
        },
        InstanceConfiguration: { Cpu: '1024', Memory: '2048' },
      },
    ],
  }
}
