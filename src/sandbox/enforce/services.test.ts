import * as apprunner from '@aws-sdk/client-apprunner'
import * as batch from '@aws-sdk/client-batch'
import * as cloudtrail from '@aws-sdk/client-cloudtrail'
import * as cloudwatch from '@aws-sdk/client-cloudwatch'
import * as logs from '@aws-sdk/client-cloudwatch-logs'
import * as ec2 from '@aws-sdk/client-ec2'
import * as ecr from '@aws-sdk/client-ecr'
import * as ecrPublic from '@aws-sdk/client-ecr-public'
import * as ecs from '@aws-sdk/client-ecs'
import * as events from '@aws-sdk/client-eventbridge'
import * as iam from '@aws-sdk/client-iam'
import * as kms from '@aws-sdk/client-kms'
import * as lambda from '@aws-sdk/client-lambda'
import * as organizations from '@aws-sdk/client-organizations'
import * as sagemaker from '@aws-sdk/client-sagemaker'
import * as scheduler from '@aws-sdk/client-scheduler'
import * as sns from '@aws-sdk/client-sns'
import { expect, test } from 'vitest'
import { ec2Service } from '../ec2/service.ts'
import { ecrOperations } from '../ecr/operations.ts'
import { iamService } from '../iam/service.ts'
import { kmsOperations } from '../kms/operations.ts'
import { neighbours } from '../neighbour/services.ts'
import { snsService } from '../sns/service.ts'
import { type Door, guarded } from './door.fixture.ts'

// Every operation that the sandbox has: denied to somebody who may do nothing, in the words of IAM; not denied to
// somebody who may do exactly what it needs. Whatever else is wrong with the request comes after that.

type Sdk = Record<string, unknown>
interface Service {
  sdk: Sdk
  client: string
  operations: string[]
}

const neighbour = (name: string) =>
  Object.keys(neighbours.find((each) => each.name === name)?.operations ?? {})

const services: Record<string, Service> = {
  apprunner: { sdk: apprunner, client: 'AppRunnerClient', operations: neighbour('apprunner') },
  batch: { sdk: batch, client: 'BatchClient', operations: neighbour('batch') },
  cloudtrail: { sdk: cloudtrail, client: 'CloudTrailClient', operations: neighbour('cloudtrail') },
  cloudwatch: { sdk: cloudwatch, client: 'CloudWatchClient', operations: neighbour('cloudwatch') },
  ec2: { sdk: ec2, client: 'EC2Client', operations: Object.keys(ec2Service.operations) },
  ecr: { sdk: ecr, client: 'ECRClient', operations: Object.keys(ecrOperations) },
  'ecr-public': { sdk: ecrPublic, client: 'ECRPUBLICClient', operations: neighbour('ecr-public') },
  ecs: { sdk: ecs, client: 'ECSClient', operations: neighbour('ecs') },
  events: { sdk: events, client: 'EventBridgeClient', operations: neighbour('events') },
  iam: { sdk: iam, client: 'IAMClient', operations: Object.keys(iamService.operations) },
  kms: { sdk: kms, client: 'KMSClient', operations: Object.keys(kmsOperations) },
  lambda: { sdk: lambda, client: 'LambdaClient', operations: neighbour('lambda') },
  logs: { sdk: logs, client: 'CloudWatchLogsClient', operations: neighbour('logs') },
  organizations: {
    sdk: organizations,
    client: 'OrganizationsClient',
    operations: neighbour('organizations'),
  },
  sagemaker: { sdk: sagemaker, client: 'SageMakerClient', operations: neighbour('sagemaker') },
  scheduler: { sdk: scheduler, client: 'SchedulerClient', operations: neighbour('scheduler') },
  sns: { sdk: sns, client: 'SNSClient', operations: Object.keys(snsService.operations) },
}

/** Enough for any operation to be sent. */
const input = {
  registryId: '111122223333',
  repositoryName: 'shop/api',
  resourceArn: 'arn:aws:ecr:eu-west-1:111122223333:repository/shop/api',
  FunctionName: 'ecr-cleanup',
  KeyId: '5f0c2a34-9d1e-4b67-8a52-000000000001',
  Name: 'none',
}

/** What an operation needs, where that is not the action of its name alone (ecr-facts 6.1). */
const needed: Record<string, string[]> = {
  'ecr:ListImageReferrers': ['ecr:BatchGetImage'],
  'ecr:CreatePullThroughCacheRule': ['ecr:CreatePullThroughCacheRule'],
  'ecr:CreateRepositoryCreationTemplate': ['ecr:CreateRepositoryCreationTemplate', 'ecr:CreateRepository'],
  'ecr:UpdateRepositoryCreationTemplate': ['ecr:UpdateRepositoryCreationTemplate', 'ecr:CreateRepository'],
}

async function outcomes(door: Door, name: string, operation: string) {
  const { sdk, client } = services[name]!
  const type = sdk[client] as Parameters<Door['as']>[1]
  const Command = sdk[`${operation}Command`] as new (given: object) => object
  const told = async (permissions: string[]) =>
    (await door.as(permissions, type)).send(new Command(input)).then(
      () => 'success',
      (error: Error) => `${error.name}: ${error.message}`,
    )
  return { Command, told }
}

test.each(Object.keys(services))('%s', async (name) => {
  const door = await guarded({ seed: 'demo' })
  // It lets everybody make repositories.
  await door.ecr().send(new ecr.DeleteRegistryPolicyCommand({}))
  for (const operation of services[name]?.operations ?? []) {
    const { Command, told } = await outcomes(door, name, operation)
    if (!Command) continue
    const wanted = needed[`${name}:${operation}`] ?? [`${name}:${operation}`]
    expect(await told(['none:Nothing'])).toMatch(
      new RegExp(
        `^(AccessDenied|AccessDeniedException|AuthorizationErrorException|UnauthorizedOperation): .*User: \\S+ is not authorized to perform: ${wanted[0]} on resource: \\S+ because no identity-based policy allows`,
      ),
    )
    expect([operation, await told(wanted)]).toEqual([
      operation,
      expect.not.stringContaining('not authorized to perform'),
    ])
  }
})
