import { describe, expect, test } from 'vitest'
import { askOf, demoWorld, home, main } from '../../neighbour/call.fixture.ts'
import { neighbours } from '../../neighbour/services.ts'
import { type Account, registryOf } from '../../world.ts'
import { seedClean, seedDemo } from '../index.ts'

/** Every text in a value. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(textsIn)
}

function neighboursOf(account: Account) {
  const { cloudtrail, logs, cloudwatch, events, scheduler, ecs, lambda, apprunner, batch, sagemaker } =
    account
  return { cloudtrail, logs, cloudwatch, events, scheduler, ecs, lambda, apprunner, batch, sagemaker }
}

/** Which of these ARNs lead nowhere. Queues and what a service makes by itself are not simulated. */
function danglingIn(account: Account): string[] {
  const regionOf = (arn: string) => arn.split(':')[3] ?? home
  const known: [RegExp, (arn: string) => boolean][] = [
    [/:role\//, (arn) => Object.values(account.roles).some((each) => each.arn === arn)],
    [/^arn:aws:sns:/, (arn) => arn in (account.sns?.[regionOf(arn)]?.topics ?? {})],
    [/^arn:aws:kms:/, (arn) => Object.values(account.kmsKeys).some((each) => each.arn === arn)],
    [
      /^arn:aws:lambda:.*:function:/,
      (arn) =>
        (account.lambda?.[regionOf(arn)]?.functions ?? []).some(
          ({ configuration }) => configuration.FunctionArn === arn,
        ),
    ],
    [
      /:task-definition\//,
      (arn) =>
        (account.ecs?.[regionOf(arn)]?.taskDefinitions ?? []).some((each) => each.taskDefinitionArn === arn),
    ],
    [
      /^arn:aws:logs:.*:log-group:/,
      (arn) =>
        (account.logs?.[regionOf(arn)]?.groups ?? []).some(
          (each) => each.logGroupArn === arn.replace(/:\*$/, ''),
        ),
    ],
  ]
  const arns = new Set(textsIn(neighboursOf(account)).filter((each) => each.startsWith('arn:')))
  return [...arns].filter((arn) => known.some(([pattern, there]) => pattern.test(arn) && !there(arn)))
}

describe.each([
  ['demo', seedDemo],
  ['clean', seedClean],
])('%s', (_, seed) => {
  test('whatever a neighbour names is there', async () => {
    const { world, dispose } = await demoWorld(seed)
    expect(danglingIn(world.state.accounts[main]!)).toEqual([])
    await dispose()
  })

  test('every image of the registry that something runs is in it', async () => {
    const { world, dispose } = await demoWorld(seed)
    const { repositories } = registryOf(world, main, home)
    const uris = textsIn(neighboursOf(world.state.accounts[main]!)).filter((each) =>
      each.includes('.dkr.ecr.'),
    )
    expect(new Set(uris).size).toBeGreaterThan(2)
    for (const uri of uris) {
      const [, name = '', , tag, digest] = /amazonaws\.com\/([^:@]+)(:([^@]+)|@(.+))$/.exec(uri) ?? []
      const { images = {}, tags = {} } = repositories[name] ?? {}
      expect([uri, digest === undefined ? tags[tag ?? ''] : images[digest]?.digest]).toEqual([
        uri,
        expect.stringMatching(/^sha256:/),
      ])
    }
    await dispose()
  })

  test('what is seeded is what the SDK expects, in both Regions', async () => {
    const { world, dispose } = await demoWorld(seed)
    for (const region of [home, 'us-east-1']) {
      const ask = (service: string) => askOf(world, service, { region })
      for (const { rule } of world.state.accounts[main]!.events?.[region]?.rules ?? []) {
        ask('events')('DescribeRule', { Name: rule.Name })
        ask('events')('ListTargetsByRule', { Rule: rule.Name })
      }
      for (const { trail } of world.state.accounts[main]!.cloudtrail?.[region]?.trails ?? []) {
        for (const operation of ['GetTrail', 'GetTrailStatus'])
          ask('cloudtrail')(operation, { Name: trail.Name })
      }
      ask('logs')('DescribeMetricFilters')
      ask('cloudwatch')('DescribeAlarms')
      ask('lambda')('ListFunctions')
    }
    expect(neighbours.length).toBe(12)
    await dispose()
  })
})

test('clean: every filter has an alarm that somebody hears', async () => {
  const { world, dispose } = await demoWorld(seedClean)
  const account = world.state.accounts[main]!
  const { metricFilters } = account.logs![home]!
  for (const { filterName, metricTransformations } of metricFilters) {
    const { metricName: MetricName, metricNamespace: Namespace } = metricTransformations[0]!
    const { MetricAlarms } = askOf(world, 'cloudwatch')('DescribeAlarmsForMetric', { MetricName, Namespace })
    const actions: string[] = MetricAlarms.flatMap((each: { AlarmActions: string[] }) => each.AlarmActions)
    const heard = actions.flatMap((arn) => account.sns![home]!.topics[arn]!.subscriptions)
    expect([filterName, heard.some(({ arn }) => arn !== undefined)]).toEqual([filterName, true])
  }
  expect(metricFilters.length).toBe(8)
  await dispose()
})

test('demo: one image that a task needs is one that the lifecycle policy would remove', async () => {
  const { world, dispose } = await demoWorld(seedDemo)
  const { lifecyclePolicy, images } = registryOf(world, main, home).repositories['shop/api']!
  expect(JSON.parse(lifecyclePolicy!).rules[0].selection.countNumber).toBe(2)
  expect(Object.keys(images)).toHaveLength(3)
  const { targets } = world.state.accounts[main]!.events![home]!.rules.find(
    ({ rule }) => rule.Name === 'monthly-invoices',
  )!
  expect(targets[0]?.EcsParameters?.TaskDefinitionArn).toMatch(/invoices:3$/)
  const { taskDefinition } = askOf(world, 'ecs')('DescribeTaskDefinition', { taskDefinition: 'invoices' })
  expect(taskDefinition.containerDefinitions[0].image).toMatch(/shop\/api:1\.2\.0$/)
  await dispose()
})
