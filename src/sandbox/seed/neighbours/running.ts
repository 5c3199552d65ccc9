import type { Service, Task, TaskDefinition } from '../../ecs/state.ts'
import type { FunctionConfiguration } from '../../lambda/state.ts'
import { arnIn, daysAgo, type Place, roleArn, secondsAgo } from './place.ts'

/** A function; from an image when it has no runtime. */
export function functionAt(
  place: Place,
  FunctionName: string,
  rest: Partial<FunctionConfiguration> = {},
): FunctionConfiguration {
  return {
    FunctionName,
    FunctionArn: arnIn(place, 'lambda', `function:${FunctionName}`),
    Role: roleArn(place, FunctionName),
    CodeSize: rest.Runtime === undefined ? 0 : 18_432,
    Description: '',
    Timeout: 60,
    MemorySize: 256,
    LastModified: new Date(daysAgo(place, 60)).toISOString().replace('Z', '+0000'),
    CodeSha256: 'c2ltdWxhdGVkIGNvZGUsIG5vdCBhIHJlYWwgaGFzaCEhISE=',
    Version: '$LATEST',
    TracingConfig: { Mode: 'PassThrough' },
    RevisionId: '00000000-0000-4000-8000-000000000000',
    PackageType: rest.Runtime === undefined ? 'Image' : 'Zip',
    Architectures: ['x86_64'],
    LoggingConfig: { LogFormat: 'Text', LogGroup: `/aws/lambda/${FunctionName}` },
    ...rest,
  }
}

/** EventBridge may call the function because of that rule. */
export function invokePolicy(functionArn: string, ruleArn: string): string {
  const statement = {
    Sid: 'FromTheRule',
    Effect: 'Allow',
    Principal: { Service: 'events.amazonaws.com' },
    Action: 'lambda:InvokeFunction',
    Resource: functionArn,
    Condition: { ArnLike: { 'AWS:SourceArn': ruleArn } },
  }
  return JSON.stringify({ Version: '2012-10-17', Id: 'default', Statement: [statement] })
}

/** A Fargate task of one container that is called as the family. */
export function taskDefinitionAt(
  place: Place,
  name: string,
  { image, status = 'ACTIVE' }: { image: string; status?: TaskDefinition['status'] },
): TaskDefinition {
  const [family = name, revision = '1'] = name.split(':')
  return {
    taskDefinitionArn: arnIn(place, 'ecs', `task-definition/${family}:${revision}`),
    containerDefinitions: [
      {
        name: family,
        image,
        cpu: 256,
        memory: 512,
        essential: true,
        environment: [{ name: 'LOG_LEVEL', value: 'info' }],
        portMappings: [],
        mountPoints: [],
        volumesFrom: [],
      },
    ],
    family,
    revision: Number(revision),
    executionRoleArn: roleArn(place, 'ecs-execution'),
    networkMode: 'awsvpc',
    volumes: [],
    status,
    requiresCompatibilities: ['FARGATE'],
    compatibilities: ['EC2', 'FARGATE'],
    cpu: '256',
    memory: '512',
    registeredAt: secondsAgo(place, 30),
  }
}

export function clusterAt(place: Place, clusterName: string) {
  return { clusterName, clusterArn: arnIn(place, 'ecs', `cluster/${clusterName}`) }
}

export function serviceAt(place: Place, name: string, { cluster, definition, count }: RunSeed): Service {
  const taskDefinition = arnIn(place, 'ecs', `task-definition/${definition}`)
  const at = secondsAgo(place, 5)
  const counts = { desiredCount: count, pendingCount: 0, runningCount: count }
  return {
    serviceArn: arnIn(place, 'ecs', `service/${cluster}/${name}`),
    serviceName: name,
    clusterArn: arnIn(place, 'ecs', `cluster/${cluster}`),
    status: 'ACTIVE',
    ...counts,
    launchType: 'FARGATE',
    schedulingStrategy: 'REPLICA',
    taskDefinition,
    createdAt: secondsAgo(place, 150),
    deployments: [
      {
        id: `ecs-svc/${at}`,
        status: 'PRIMARY',
        taskDefinition,
        ...counts,
        createdAt: at,
        updatedAt: at,
        launchType: 'FARGATE',
        rolloutState: 'COMPLETED',
      },
    ],
  }
}

export interface RunSeed {
  cluster: string
  /** `FAMILY:REVISION`. */
  definition: string
  count: number
}

/** A running task; its id is made from a number, so that it is the same always. */
export function taskAt(
  place: Place,
  number: number,
  {
    cluster,
    definition,
    group,
    image,
    digest,
  }: { cluster: string; definition: string; group: string; image: string; digest: string },
): Task {
  const id = `${cluster}/${String(number).padStart(32, '0')}`
  const taskArn = arnIn(place, 'ecs', `task/${id}`)
  return {
    taskArn,
    clusterArn: arnIn(place, 'ecs', `cluster/${cluster}`),
    taskDefinitionArn: arnIn(place, 'ecs', `task-definition/${definition}`),
    group,
    lastStatus: 'RUNNING',
    desiredStatus: 'RUNNING',
    launchType: 'FARGATE',
    createdAt: secondsAgo(place, 0.11),
    startedAt: secondsAgo(place, 0.1),
    containers: [
      {
        containerArn: arnIn(place, 'ecs', `container/${id}/00000000-0000-4000-8000-000000000000`),
        taskArn,
        name: definition.split(':')[0] ?? definition,
        image,
        imageDigest: digest,
        lastStatus: 'RUNNING',
      },
    ],
  }
}
