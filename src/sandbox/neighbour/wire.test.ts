import { AppRunnerClient, ListServicesCommand } from '@aws-sdk/client-apprunner'
import { BatchClient, CancelJobCommand, DescribeJobDefinitionsCommand } from '@aws-sdk/client-batch'
import {
  CloudTrailClient,
  DescribeTrailsCommand,
  GetInsightSelectorsCommand,
} from '@aws-sdk/client-cloudtrail'
import { CloudWatchClient, DescribeAlarmsCommand, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch'
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs'
import { DescribeRepositoriesCommand, ECRPUBLICClient } from '@aws-sdk/client-ecr-public'
import { ECSClient, paginateListTasks } from '@aws-sdk/client-ecs'
import { EventBridgeClient, ListRulesCommand } from '@aws-sdk/client-eventbridge'
import {
  GetFunctionCommand,
  InvokeCommand,
  LambdaClient,
  ListFunctionsCommand,
  paginateListFunctions,
} from '@aws-sdk/client-lambda'
import { ListAccountsCommand, OrganizationsClient } from '@aws-sdk/client-organizations'
import { DescribeModelCommand, SageMakerClient } from '@aws-sdk/client-sagemaker'
import { GetScheduleCommand, ListSchedulesCommand, SchedulerClient } from '@aws-sdk/client-scheduler'
import { expect, test } from 'vitest'
import { failure, outcome, region, startClient } from '../client.fixture.ts'
import { neighbours } from './services.ts'

async function started() {
  const client = await startClient({ seed: 'demo' })
  const { awsEndpoint: endpoint, signers } = client
  const config = (options: object = {}) => ({
    endpoint,
    region,
    credentials: signers[0],
    maxAttempts: 1,
    ...options,
  })
  return { client, config }
}

test('the SDK reads every service', async () => {
  const { config } = await started()
  const trails = await new CloudTrailClient(config()).send(new DescribeTrailsCommand({}))
  expect(trails.trailList?.map(({ Name }) => Name)).toEqual(['shop-trail', 'old-trail'])
  const groups = await new CloudWatchLogsClient(config()).send(new DescribeLogGroupsCommand({ limit: 1 }))
  expect(groups.nextToken).toBeDefined()
  const { MetricAlarms } = await new CloudWatchClient(config()).send(new DescribeAlarmsCommand({}))
  expect(MetricAlarms?.[0]?.StateUpdatedTimestamp).toBeInstanceOf(Date)
  const { Rules } = await new EventBridgeClient(config()).send(new ListRulesCommand({}))
  expect(Rules?.find(({ Name }) => Name === 'ecr-scan-findings')?.State).toBe('DISABLED')
  const { ServiceSummaryList } = await new AppRunnerClient(config()).send(new ListServicesCommand({}))
  expect(ServiceSummaryList?.[0]?.CreatedAt).toBeInstanceOf(Date)
  const { jobDefinitions } = await new BatchClient(config()).send(new DescribeJobDefinitionsCommand({}))
  expect(jobDefinitions?.[0]?.containerProperties?.image).toMatch(/data\/etl:0\.8\.1$/)
  const model = await new SageMakerClient(config()).send(
    new DescribeModelCommand({ ModelName: 'recommender' }),
  )
  expect(model.CreationTime).toBeInstanceOf(Date)
  const { Accounts } = await new OrganizationsClient(config()).send(new ListAccountsCommand({}))
  expect(Accounts).toHaveLength(3)
  const abroad = new ECRPUBLICClient(config({ region: 'us-east-1' }))
  expect((await abroad.send(new DescribeRepositoriesCommand({}))).repositories).toHaveLength(2)
})

test('times go in and out as the SDK writes them', async () => {
  const { config } = await started()
  const EndTime = new Date()
  const StartTime = new Date(EndTime.getTime() - 90 * 86_400_000)
  const Metric = {
    Namespace: 'AWS/ECR',
    MetricName: 'RepositoryPullCount',
    Dimensions: [{ Name: 'RepositoryName', Value: 'shop/api' }],
  }
  const MetricDataQueries = [{ Id: 'a', MetricStat: { Metric, Period: 86_400, Stat: 'Sum' } }]
  const command = new GetMetricDataCommand({ StartTime, EndTime, MetricDataQueries })
  const { MetricDataResults } = await new CloudWatchClient(config()).send(command)
  const { Timestamps = [], Values = [] } = MetricDataResults?.[0] ?? {}
  expect(Timestamps.length).toBe(Values.length)
  expect(Timestamps[0]?.getTime()).toBeGreaterThan(EndTime.getTime() - 2 * 86_400_000)
})

test('REST: members in path, query and body', async () => {
  const { config } = await started()
  const scheduler = new SchedulerClient(config())
  const schedule = (Name: string, GroupName?: string) =>
    scheduler.send(new GetScheduleCommand({ Name, ...(GroupName && { GroupName }) }))
  expect((await schedule('price-refresh', 'reports')).State).toBe('DISABLED')
  expect(await failure(schedule('price-refresh'))).toBe('404 ResourceNotFoundException')
  const list = async (input: object) =>
    (await scheduler.send(new ListSchedulesCommand(input))).Schedules?.map(({ Name }) => Name)
  expect(await list({ GroupName: 'reports' })).toEqual(['price-refresh'])
  expect(await list({ State: 'ENABLED' })).toEqual(['hourly-etl'])
  const lambda = new LambdaClient(config())
  const image = await lambda.send(new GetFunctionCommand({ FunctionName: 'shop-thumbnails' }))
  expect(image.Code?.ImageUri).toMatch(/shop\/worker:2\.1\.0$/)
  expect(image.Code?.ResolvedImageUri).toMatch(/shop\/worker@sha256:[0-9a-f]{64}$/)
  const byArn = new GetFunctionCommand({ FunctionName: image.Configuration?.FunctionArn ?? '' })
  expect((await lambda.send(byArn)).Tags).toEqual({ owner: 'shop-team' })
})

test('the paginators of the SDK find the end', async () => {
  const { config } = await started()
  const names: (string | undefined)[] = []
  const functions = paginateListFunctions({ client: new LambdaClient(config()), pageSize: 1 }, {})
  for await (const { Functions = [] } of functions) names.push(...Functions.map((each) => each.FunctionName))
  expect(names).toEqual(['ecr-cleanup', 'shop-thumbnails'])
  let count = 0
  const tasks = paginateListTasks({ client: new ECSClient(config()), pageSize: 2 }, { cluster: 'shop' })
  for await (const { taskArns = [] } of tasks) count += taskArns.length
  expect(count).toBe(5)
})

test('what is not there says so by name', async () => {
  const { config, client } = await started()
  const notThere = '501 NotImplementedInSandbox'
  expect(
    await failure(
      new CloudTrailClient(config()).send(new GetInsightSelectorsCommand({ TrailName: 'shop-trail' })),
    ),
  ).toBe(notThere)
  const cancel = new CancelJobCommand({ jobId: 'x', reason: 'x' })
  expect(await failure(new BatchClient(config()).send(cancel))).toBe(notThere)
  const invoke = new InvokeCommand({ FunctionName: 'ecr-cleanup' })
  await expect(new LambdaClient(config()).send(invoke)).rejects.toThrow('lambda: Invoke is not simulated.')
  expect(client.requestLog()).toEqual([
    { service: 'cloudtrail', operation: 'GetInsightSelectors', status: 501 },
    { service: 'batch', operation: 'CancelJob', status: 501 },
    { service: 'lambda', operation: 'Invoke', status: 501 },
  ])
  const path = '/2099-01-01/teapots'
  const odd = await client.send({ path, service: 'lambda' })
  expect([odd.status, await odd.text()]).toEqual([501, expect.stringContaining(`GET ${path}`)])
})

test('signatures are verified, and belong to one service', async () => {
  const { client, config } = await started()
  const wrong = { ...client.signers[0], secretAccessKey: 'wrong' }
  const signed = config({ credentials: wrong })
  expect(await failure(new CloudWatchClient(signed).send(new DescribeAlarmsCommand({})))).toBe(
    '400 InvalidSignatureException',
  )
  expect(await failure(new LambdaClient(signed).send(new ListFunctionsCommand({})))).toBe(
    '403 InvalidSignatureException',
  )
  const headers = { 'x-amz-target': 'CloudTrail_20131101.DescribeTrails' }
  const post = (service: string) => client.send({ method: 'POST', path: '/', body: '{}', headers, service })
  expect(await outcome(await post('logs'))).toBe('400 InvalidSignatureException')
  expect(await outcome(await post('cloudtrail'))).toBe('200')
  headers['x-amz-target'] = `com.amazonaws.cloudtrail.v20131101.${headers['x-amz-target']}`
  expect(await outcome(await post('cloudtrail'))).toBe('200')
})

test('JSON answers in the version that it was asked in', async () => {
  const { client } = await started()
  const post = async (version: string, target: string, service: string) => {
    const type = `application/x-amz-json-${version}`
    const headers = { 'x-amz-target': target, 'content-type': type }
    const response = await client.send({ method: 'POST', path: '/', body: '{}', headers, service })
    return [response.status, response.headers.get('content-type') === type]
  }
  expect(await post('1.0', 'GraniteServiceVersion20100801.DescribeAlarms', 'monitoring')).toEqual([200, true])
  expect(await post('1.0', 'AppRunner.DescribeService', 'apprunner')).toEqual([400, true])
  expect(await post('1.1', 'AWSEvents.ListRules', 'events')).toEqual([200, true])
  expect(await post('1.1', 'AWSEvents.MakeCoffee', 'events')).toEqual([404, true])
})

test('every neighbour can be denied and throttled', async () => {
  const { client, config } = await started()
  for (const { name } of neighbours) client.addFault({ service: name, kind: 'denied', times: 1 })
  const all = () =>
    Promise.all([
      failure(new CloudTrailClient(config()).send(new DescribeTrailsCommand({}))),
      failure(new CloudWatchClient(config()).send(new DescribeAlarmsCommand({}))),
      failure(new LambdaClient(config()).send(new ListFunctionsCommand({}))),
      failure(new SchedulerClient(config()).send(new ListSchedulesCommand({}))),
    ])
  const denied = 'AccessDeniedException'
  expect(await all()).toEqual([`400 ${denied}`, `400 ${denied}`, `403 ${denied}`, `403 ${denied}`])
  for (const { name } of neighbours) client.addFault({ service: name, kind: 'throttled', times: 1 })
  expect(await all()).toEqual([
    '400 ThrottlingException',
    '400 ThrottlingException',
    '429 TooManyRequestsException',
    '429 ThrottlingException',
  ])
  expect(await all()).toEqual(Array(4).fill('success'))
})

test('accounts and Regions see only their own', async () => {
  const { client, config } = await started()
  const stranger = config({ credentials: client.signers[1] })
  expect((await new LambdaClient(stranger).send(new ListFunctionsCommand({}))).Functions).toEqual([])
  const elsewhere = config({ region: 'us-east-1' })
  expect((await new LambdaClient(elsewhere).send(new ListFunctionsCommand({}))).Functions).toEqual([])
})
