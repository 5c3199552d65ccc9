import { afterAll, beforeAll, expect, test } from 'vitest'
import type { World } from '../world.ts'
import { answered, askOf, codeOf, demoWorld, home, isChange, main, pagesOf, start } from './call.fixture.ts'
import { matchPath } from './known.ts'
import { complaintsAbout, operationsOfSdk } from './schema.fixture.ts'
import { neighbours } from './services.ts'

let world: World
let dispose: () => Promise<void>
beforeAll(async () => {
  ;({ world, dispose } = await demoWorld())
})
afterAll(() => dispose())

const arn = (service: string, resource: string) => `arn:aws:${service}:${home}:${main}:${resource}`

test.each(neighbours.map((each) => [each.name, each] as const))(
  '%s: the names are those of the SDK',
  (name, service) => {
    const { wire, operations } = service
    const known = operationsOfSdk(name)
    const names = known.map((each) => each.name).sort()
    if (wire.kind === 'json') expect([...wire.known].sort()).toEqual(names)
    else {
      expect(wire.known.map(({ operation }) => operation).sort()).toEqual(names)
      for (const { name, http: [method, target] = ['', ''] } of known) {
        const [path = '', query] = target.split('?')
        const rawPath = path.replace(/\{[^}]+\}/g, 'some%2Fvalue')
        const matched = matchPath(wire.known, { method, rawPath, query: new URLSearchParams(query) })
        expect(matched?.operation).toBe(name)
        expect(Object.values(matched?.labels ?? {}).every((each) => each === 'some/value')).toBe(true)
      }
    }
    expect(names).toEqual(expect.arrayContaining(Object.keys(operations)))
  },
)

test('the schema check sees what is wrong', () => {
  const trail = { Name: 1, colour: 'red', IsMultiRegionTrail: 'yes' }
  expect(complaintsAbout('cloudtrail', 'GetTrail', { Trail: trail })).toHaveLength(3)
  expect(complaintsAbout('cloudtrail', 'GetTrailStatus', { StartLoggingTime: 1.7e12 })).toHaveLength(1)
  expect(complaintsAbout('ecs', 'DescribeTasks', { tasks: [{ containers: [{ image: 1 }] }] })).toHaveLength(1)
  expect(complaintsAbout('scheduler', 'GetSchedule', { Target: {} })).toHaveLength(2)
})

const metric = { Namespace: 'AWS/ECR', MetricName: 'RepositoryPullCount' }
const Dimensions = [{ Name: 'RepositoryName', Value: 'shop/api' }]
const span = { StartTime: start / 1000 - 30 * 86_400, EndTime: start / 1000 }
const Filter = 'SERVICE_CONTROL_POLICY'
const job = '00000000-0000-4000-8000-000000000001'

const conversation: [string, string, Record<string, unknown>][] = [
  ['cloudtrail', 'DescribeTrails', {}],
  ['cloudtrail', 'ListTrails', {}],
  ['cloudtrail', 'GetTrail', { Name: 'shop-trail' }],
  ['cloudtrail', 'LookupEvents', {}],
  ['cloudtrail', 'GetTrailStatus', { Name: 'old-trail' }],
  ['cloudtrail', 'GetEventSelectors', { TrailName: 'shop-trail' }],
  ['cloudtrail', 'GetEventSelectors', { TrailName: 'old-trail' }],
  ['logs', 'DescribeLogGroups', {}],
  ['logs', 'DescribeMetricFilters', {}],
  ['logs', 'DescribeSubscriptionFilters', { logGroupName: 'CloudTrail/shop' }],
  ['cloudwatch', 'DescribeAlarms', { AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] }],
  ['cloudwatch', 'DescribeAlarmsForMetric', { MetricName: 'EcrErrors', Namespace: 'Shop/Registry' }],
  ['cloudwatch', 'ListMetrics', metric],
  [
    'cloudwatch',
    'GetMetricData',
    {
      ...span,
      MetricDataQueries: [
        { Id: 'api', MetricStat: { Metric: { ...metric, Dimensions }, Period: 86_400, Stat: 'Sum' } },
      ],
    },
  ],
  [
    'cloudwatch',
    'GetMetricStatistics',
    { ...span, ...metric, Dimensions, Period: 86_400, Statistics: ['Sum'] },
  ],
  ['events', 'ListRules', {}],
  ['events', 'DescribeRule', { Name: 'ecr-scan-findings' }],
  ['events', 'ListTargetsByRule', { Rule: 'monthly-invoices' }],
  ['events', 'ListEventBuses', {}],
  ['scheduler', 'ListSchedules', {}],
  ['scheduler', 'GetSchedule', { Name: 'hourly-etl' }],
  ['scheduler', 'ListScheduleGroups', {}],
  ['lambda', 'ListFunctions', {}],
  ['lambda', 'GetFunction', { FunctionName: 'shop-thumbnails' }],
  ['lambda', 'GetFunction', { FunctionName: 'ecr-cleanup' }],
  ['lambda', 'GetFunctionConfiguration', { FunctionName: 'ecr-cleanup' }],
  ['lambda', 'GetPolicy', { FunctionName: 'ecr-cleanup' }],
  ['lambda', 'ListEventSourceMappings', {}],
  ['lambda', 'GetFunctionEventInvokeConfig', { FunctionName: 'shop-thumbnails' }],
  ['ecs', 'ListClusters', {}],
  ['ecs', 'DescribeClusters', { clusters: ['shop', 'none'] }],
  ['ecs', 'ListServices', { cluster: 'shop' }],
  ['ecs', 'DescribeServices', { cluster: 'shop', services: ['shop-api', 'none'] }],
  ['ecs', 'ListTasks', { cluster: 'shop' }],
  ['ecs', 'DescribeTasks', { cluster: 'shop', tasks: ['00000000000000000000000000000001', 'none'] }],
  ['ecs', 'ListTaskDefinitions', {}],
  ['ecs', 'DescribeTaskDefinition', { taskDefinition: 'shop-api' }],
  ['apprunner', 'ListServices', {}],
  [
    'apprunner',
    'DescribeService',
    { ServiceArn: arn('apprunner', 'service/storefront/0123456789abcdef0123456789abcdef') },
  ],
  ['batch', 'DescribeJobDefinitions', { status: 'ACTIVE' }],
  ['batch', 'DescribeJobQueues', {}],
  ['batch', 'ListJobs', { jobQueue: 'etl' }],
  ['batch', 'DescribeJobs', { jobs: [job] }],
  ['sagemaker', 'ListModels', {}],
  ['sagemaker', 'DescribeModel', { ModelName: 'recommender' }],
  ['sagemaker', 'ListEndpoints', {}],
  ['sagemaker', 'DescribeEndpoint', { EndpointName: 'recommender' }],
  ['sagemaker', 'DescribeEndpointConfig', { EndpointConfigName: 'recommender-1' }],
  ['organizations', 'DescribeOrganization', {}],
  ['organizations', 'ListAccounts', {}],
  ['organizations', 'ListRoots', {}],
  ['organizations', 'ListPolicies', { Filter }],
  ['organizations', 'ListPoliciesForTarget', { Filter, TargetId: 'r-sim1' }],
  ['organizations', 'DescribePolicy', { PolicyId: 'p-simulated1' }],
  ['organizations', 'ListTargetsForPolicy', { PolicyId: 'p-FullAWSAccess' }],
  ['ecr-public', 'DescribeRepositories', {}],
  ['ecr-public', 'DescribeImages', { repositoryName: 'shop-sdk' }],
  ['logs', 'ListTagsForResource', { resourceArn: `arn:aws:logs:${home}:${main}:log-group:CloudTrail/shop` }],
  ['ecr-public', 'ListTagsForResource', { resourceArn: `arn:aws:ecr-public::${main}:repository/shop-cli` }],
]

test('every operation answers what the SDK expects', () => {
  for (const [service, operation, input] of conversation) {
    const region = service === 'ecr-public' ? 'us-east-1' : home
    const answer = askOf(world, service, { region })(operation, input)
    expect(JSON.stringify(answer).length, `${service} ${operation}`).toBeGreaterThan(20)
  }
  const all = neighbours.flatMap(({ name, operations }) =>
    Object.keys(operations)
      .filter((each) => !isChange(each))
      .map((each) => `${name} ${each}`),
  )
  // Nothing in the demo has such a policy; it is tested below.
  const silent = ['ecr-public GetRepositoryPolicy']
  expect(all.filter((each) => !answered.has(each))).toEqual(silent)
})

test.each([
  ['cloudtrail', 'GetTrail', { Name: 'no' }, 'InvalidTrailNameException'],
  ['cloudtrail', 'GetTrailStatus', { Name: 'none' }, 'TrailNotFoundException'],
  ['cloudtrail', 'ListTrails', { NextToken: 'x' }, 'InvalidNextTokenException'],
  ['cloudtrail', 'LookupEvents', { NextToken: 'x' }, 'InvalidNextTokenException'],
  ['cloudtrail', 'LookupEvents', { MaxResults: 51 }, 'InvalidMaxResultsException'],
  ['cloudtrail', 'LookupEvents', { StartTime: 2, EndTime: 1 }, 'InvalidTimeRangeException'],
  ['cloudtrail', 'LookupEvents', { LookupAttributes: [{}, {}] }, 'InvalidLookupAttributesException'],
  ['cloudtrail', 'LookupEvents', { EventCategory: 'insight' }, 'NotImplementedInSandbox'],
  ['logs', 'DescribeLogGroups', { limit: 51 }, 'InvalidParameterException'],
  ['logs', 'DescribeLogGroups', { limit: '1' }, 'SerializationException'],
  [
    'logs',
    'DescribeLogGroups',
    { logGroupNamePrefix: 'a', logGroupNamePattern: 'b' },
    'InvalidParameterException',
  ],
  ['logs', 'DescribeMetricFilters', { logGroupName: 'none' }, 'ResourceNotFoundException'],
  ['logs', 'DescribeMetricFilters', { metricName: 'x' }, 'InvalidParameterException'],
  ['logs', 'DescribeSubscriptionFilters', {}, 'InvalidParameterException'],
  ['cloudwatch', 'DescribeAlarms', { MaxRecords: 101 }, 'InvalidParameterValueException'],
  ['cloudwatch', 'DescribeAlarms', { NextToken: 'x' }, 'InvalidNextToken'],
  ['cloudwatch', 'DescribeAlarms', { ChildrenOfAlarmName: 'registry' }, 'NotImplementedInSandbox'],
  [
    'cloudwatch',
    'GetMetricData',
    { ...span, MetricDataQueries: [{ Id: 'A' }] },
    'InvalidParameterValueException',
  ],
  [
    'cloudwatch',
    'GetMetricData',
    { ...span, MetricDataQueries: [{ Id: 'a', Expression: 'SUM(METRICS())' }] },
    'NotImplementedInSandbox',
  ],
  [
    'cloudwatch',
    'GetMetricStatistics',
    { ...span, ...metric, Period: 60, Statistics: ['Sum'] },
    'InvalidParameterCombinationException',
  ],
  ['events', 'ListRules', { EventBusName: 'none' }, 'ResourceNotFoundException'],
  ['events', 'ListTargetsByRule', { Rule: 'none' }, 'ResourceNotFoundException'],
  ['events', 'ListRules', { Limit: 0 }, 'ValidationException'],
  ['scheduler', 'GetSchedule', { Name: 'price-refresh' }, 'ResourceNotFoundException'],
  ['scheduler', 'ListSchedules', { GroupName: 'none' }, 'ResourceNotFoundException'],
  ['lambda', 'GetFunction', { FunctionName: 'none' }, 'ResourceNotFoundException'],
  ['lambda', 'GetFunction', { FunctionName: 'ecr-cleanup', Qualifier: '7' }, 'ResourceNotFoundException'],
  ['lambda', 'GetFunction', { FunctionName: 'a b' }, 'InvalidParameterValueException'],
  ['lambda', 'GetPolicy', { FunctionName: 'shop-thumbnails' }, 'ResourceNotFoundException'],
  ['lambda', 'GetFunctionEventInvokeConfig', { FunctionName: 'ecr-cleanup' }, 'ResourceNotFoundException'],
  ['ecs', 'ListServices', {}, 'ClusterNotFoundException'],
  [
    'ecs',
    'DescribeServices',
    { cluster: 'shop', services: Array(11).fill('x') },
    'InvalidParameterException',
  ],
  ['ecs', 'DescribeTasks', { cluster: 'shop', tasks: Array(101).fill('x') }, 'InvalidParameterException'],
  ['ecs', 'DescribeTasks', { cluster: 'shop', tasks: [] }, 'InvalidParameterException'],
  ['ecs', 'ListTasks', { cluster: 'shop', serviceName: 'none' }, 'ServiceNotFoundException'],
  ['ecs', 'DescribeTaskDefinition', { taskDefinition: 'none' }, 'ClientException'],
  ['apprunner', 'DescribeService', { ServiceArn: 'arn:none' }, 'ResourceNotFoundException'],
  ['apprunner', 'ListServices', { MaxResults: 21 }, 'InvalidRequestException'],
  ['batch', 'ListJobs', {}, 'ClientException'],
  ['batch', 'ListJobs', { jobQueue: 'none' }, 'ClientException'],
  ['batch', 'DescribeJobs', { jobs: Array(101).fill('x') }, 'ClientException'],
  ['sagemaker', 'DescribeModel', { ModelName: 'none' }, 'ValidationException'],
  ['sagemaker', 'ListModels', { MaxResults: 101 }, 'ValidationException'],
  ['organizations', 'DescribePolicy', { PolicyId: 'none' }, 'PolicyNotFoundException'],
  ['organizations', 'ListPoliciesForTarget', { Filter, TargetId: 'x' }, 'TargetNotFoundException'],
  ['organizations', 'ListAccounts', { MaxResults: 21 }, 'InvalidInputException'],
  ['ecr-public', 'DescribeRepositories', {}, 'UnsupportedCommandException'],
])('%s %s %o: %s', (service, operation, input, expected) => {
  expect(codeOf(() => askOf(world, service)(operation, input))).toBe(expected)
})

/** Lists, and how their pages are asked for: size, token asked, token answered. */
test.each<[string, string, Record<string, unknown>, string, string, string, string]>([
  ['logs', 'DescribeLogGroups', {}, 'logGroups', 'limit', 'nextToken', 'nextToken'],
  ['logs', 'DescribeMetricFilters', {}, 'metricFilters', 'limit', 'nextToken', 'nextToken'],
  ['cloudwatch', 'DescribeAlarms', {}, 'MetricAlarms', 'MaxRecords', 'NextToken', 'NextToken'],
  ['events', 'ListRules', {}, 'Rules', 'Limit', 'NextToken', 'NextToken'],
  ['scheduler', 'ListSchedules', {}, 'Schedules', 'MaxResults', 'NextToken', 'NextToken'],
  ['lambda', 'ListFunctions', {}, 'Functions', 'MaxItems', 'Marker', 'NextMarker'],
  ['ecs', 'ListClusters', {}, 'clusterArns', 'maxResults', 'nextToken', 'nextToken'],
  ['ecs', 'ListServices', { cluster: 'shop' }, 'serviceArns', 'maxResults', 'nextToken', 'nextToken'],
  ['ecs', 'ListTasks', { cluster: 'shop' }, 'taskArns', 'maxResults', 'nextToken', 'nextToken'],
  ['ecs', 'ListTaskDefinitions', {}, 'taskDefinitionArns', 'maxResults', 'nextToken', 'nextToken'],
  [
    'ecs',
    'ListTaskDefinitions',
    { sort: 'DESC' },
    'taskDefinitionArns',
    'maxResults',
    'nextToken',
    'nextToken',
  ],
  ['organizations', 'ListAccounts', {}, 'Accounts', 'MaxResults', 'NextToken', 'NextToken'],
  ['organizations', 'ListPolicies', { Filter }, 'Policies', 'MaxResults', 'NextToken', 'NextToken'],
])('%s %s %o comes in pages', (service, operation, input, member, size, asked, answered) => {
  const ask = askOf(world, service)
  const whole = ask(operation, input)
  expect(whole[answered]).toBeUndefined()
  const page = (token?: string) => ask(operation, { ...input, [size]: 1, ...(token && { [asked]: token }) })
  const pages = pagesOf(page, member, answered)
  expect(pages.length).toBeGreaterThan(1)
  expect(pages.every((each) => each.length === 1)).toBe(true)
  expect(pages.flat()).toEqual(whole[member])
  // A token is good for its own question only.
  const token = page()[answered]
  const elsewhere = askOf(world, service, { region: 'us-east-1' })
  if (service !== 'ecs')
    expect(codeOf(() => elsewhere(operation, { ...input, [asked]: token }))).not.toBe('success')
})

test('a multi-Region trail casts its shadow, and others do not', async () => {
  const other = await demoWorld()
  const trail = other.world.state.accounts[main]!.cloudtrail![home]!.trails[0]!.trail
  const abroad = askOf(other.world, 'cloudtrail', { region: 'us-east-1' })
  expect(abroad('DescribeTrails').trailList).toEqual([])
  expect(abroad('ListTrails').Trails).toHaveLength(2)
  trail.IsMultiRegionTrail = true
  expect(abroad('DescribeTrails').trailList).toHaveLength(1)
  expect(abroad('DescribeTrails', { includeShadowTrails: false }).trailList).toEqual([])
  expect(codeOf(() => abroad('GetTrailStatus', { Name: trail.Name }))).toBe('TrailNotFoundException')
  expect(abroad('GetTrailStatus', { Name: trail.TrailARN }).IsLogging).toBe(true)
  await other.dispose()
})

test('a function is found by name, ARN and short ARN', () => {
  const ask = askOf(world, 'lambda')
  const found = ask('GetFunctionConfiguration', { FunctionName: 'ecr-cleanup' })
  for (const FunctionName of [found.FunctionArn, `${main}:function:ecr-cleanup`, 'ecr-cleanup:$LATEST']) {
    expect(ask('GetFunctionConfiguration', { FunctionName })).toEqual(found)
  }
})

test('the newest active revision is the one that a family means; inactive ones are there by name', () => {
  const ask = askOf(world, 'ecs')
  const revision = (taskDefinition: string) =>
    ask('DescribeTaskDefinition', { taskDefinition }).taskDefinition.revision
  expect(revision('shop-api')).toBe(14)
  expect(revision('shop-api:12')).toBe(12)
  expect(revision(arn('ecs', 'task-definition/shop-api:13'))).toBe(13)
  const active = ask('ListTaskDefinitions', { familyPrefix: 'shop-api' }).taskDefinitionArns
  expect(active.map((each: string) => each.split(':').at(-1))).toEqual(['13', '14'])
})

test('only the management account lists the organization, and strangers have none', async () => {
  const other = await demoWorld()
  const member = askOf(other.world, 'organizations', { account: '444455556666' })
  expect(member('DescribeOrganization').Organization.MasterAccountId).toBe(main)
  expect(codeOf(() => member('ListAccounts'))).toBe('AccessDeniedException')
  delete other.world.state.accounts[main]!.organizations
  expect(codeOf(() => member('DescribeOrganization'))).toBe('AWSOrganizationsNotInUseException')
  await other.dispose()
})

test('public repositories: tags, policies, images', async () => {
  const other = await demoWorld()
  const ask = askOf(other.world, 'ecr-public', { region: 'us-east-1' })
  const sdk = { repositoryName: 'shop-sdk' }
  expect(codeOf(() => ask('GetRepositoryPolicy', sdk))).toBe('RepositoryPolicyNotFoundException')
  other.world.state.accounts[main]!.ecrPublic!.repositories[0]!.policy = '{}'
  expect(ask('GetRepositoryPolicy', sdk).policyText).toBe('{}')
  expect(codeOf(() => ask('GetRepositoryPolicy', { repositoryName: 'no' }))).toBe(
    'RepositoryNotFoundException',
  )
  expect(codeOf(() => ask('DescribeImages', { ...sdk, imageIds: [{ imageTag: 'no' }] }))).toBe(
    'ImageNotFoundException',
  )
  const names = { repositoryNames: ['shop-sdk'] }
  expect(codeOf(() => ask('DescribeRepositories', { ...names, maxResults: 1 }))).toBe(
    'InvalidParameterException',
  )
  expect(ask('DescribeRepositories', names).repositories).toHaveLength(1)
  await other.dispose()
})
