import type { BatchState, Job, JobDefinition } from '../../batch/state.ts'
import type { Endpoint, SageMakerState } from '../../sagemaker/state.ts'
import { arnIn, daysAgo, imageOf, type Place, roleArn, secondsAgo } from '../neighbours/place.ts'

/** A definition that names an image by tag, and a job that runs by it. */
export function demoBatch(place: Place): BatchState {
  const container = {
    image: imageOf(place, 'data/etl', '0.8.1').byTag,
    command: ['backfill'],
    jobRoleArn: roleArn(place, 'etl'),
    executionRoleArn: roleArn(place, 'ecs-execution'),
    environment: [],
    resourceRequirements: [
      { type: 'VCPU', value: '1' },
      { type: 'MEMORY', value: '2048' },
    ],
  }
  const queue = {
    jobQueueName: 'etl',
    jobQueueArn: arnIn(place, 'batch', 'job-queue/etl'),
    state: 'ENABLED' as const,
    status: 'VALID',
    priority: 1,
    computeEnvironmentOrder: [
      { order: 1, computeEnvironment: arnIn(place, 'batch', 'compute-environment/etl') },
    ],
  }
  const definition: JobDefinition = {
    jobDefinitionName: 'etl-backfill',
    jobDefinitionArn: arnIn(place, 'batch', 'job-definition/etl-backfill:2'),
    revision: 2,
    status: 'ACTIVE',
    type: 'container',
    containerProperties: container,
    platformCapabilities: ['FARGATE'],
    containerOrchestrationType: 'ECS',
  }
  return {
    definitions: [definition],
    queues: [queue],
    jobs: [runningJob(place, definition, queue.jobQueueArn)],
  }
}

function runningJob(place: Place, definition: JobDefinition, jobQueue: string): Job {
  const jobId = '00000000-0000-4000-8000-000000000001'
  return {
    jobId,
    jobArn: arnIn(place, 'batch', `job/${jobId}`),
    jobName: 'backfill-january',
    jobQueue,
    jobDefinition: definition.jobDefinitionArn,
    status: 'RUNNING',
    createdAt: daysAgo(place, 0.05),
    startedAt: daysAgo(place, 0.04),
    container: definition.containerProperties,
  }
}

/** A model that follows a tag, behind an endpoint that has resolved it. */
export function demoModels(place: Place): SageMakerState {
  const CreationTime = secondsAgo(place, 30)
  const variant = {
    VariantName: 'main',
    ModelName: 'recommender',
    InitialInstanceCount: 1,
    InstanceType: 'ml.m5.large',
  }
  return {
    models: [
      {
        ModelName: 'recommender',
        ModelArn: arnIn(place, 'sagemaker', 'model/recommender'),
        CreationTime,
        PrimaryContainer: {
          Image: imageOf(place, 'shop/worker', 'stable').byTag,
          Mode: 'SingleModel',
          Environment: {},
        },
        ExecutionRoleArn: roleArn(place, 'sagemaker'),
        EnableNetworkIsolation: false,
      },
    ],
    endpointConfigs: [
      {
        EndpointConfigName: 'recommender-1',
        EndpointConfigArn: arnIn(place, 'sagemaker', 'endpoint-config/recommender-1'),
        CreationTime,
        ProductionVariants: [variant],
      },
    ],
    endpoints: [endpointOf(place, variant.VariantName)],
  }
}

function endpointOf(place: Place, VariantName: string): Endpoint {
  const stable = imageOf(place, 'shop/worker', 'stable')
  const LastModifiedTime = secondsAgo(place, 29)
  return {
    EndpointName: 'recommender',
    EndpointArn: arnIn(place, 'sagemaker', 'endpoint/recommender'),
    EndpointConfigName: 'recommender-1',
    EndpointStatus: 'InService',
    CreationTime: secondsAgo(place, 30),
    LastModifiedTime,
    ProductionVariants: [
      {
        VariantName,
        DeployedImages: [
          {
            SpecifiedImage: stable.byTag,
            ResolvedImage: stable.byDigest,
            ResolutionTime: LastModifiedTime,
          },
        ],
      },
    ],
  }
}
