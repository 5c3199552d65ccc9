import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Answer, askOf, demoWorld, pagesOf, start } from '../neighbour/call.fixture.ts'
import type { World } from '../world.ts'

let world: World
let dispose: () => Promise<void>
beforeAll(async () => {
  ;({ world, dispose } = await demoWorld())
})
afterAll(() => dispose())

const metric = { Namespace: 'AWS/ECR', MetricName: 'RepositoryPullCount' }
const Dimensions = [{ Name: 'RepositoryName', Value: 'shop/api' }]
const span = { StartTime: start / 1000 - 30 * 86_400, EndTime: start / 1000 }

test('composite alarms come only when they are asked for; dimensions are compared as a set', () => {
  const ask = askOf(world, 'cloudwatch')
  expect(ask('DescribeAlarms')).toMatchObject({ CompositeAlarms: [], MetricAlarms: { length: 3 } })
  expect(ask('DescribeAlarms', { AlarmTypes: ['CompositeAlarm'] }).CompositeAlarms).toHaveLength(1)
  const name = { MetricName: 'EcrErrors', Namespace: 'Shop/Registry' }
  expect(ask('DescribeAlarmsForMetric', name).MetricAlarms).toHaveLength(1)
  expect(ask('DescribeAlarmsForMetric', { ...name, Dimensions }).MetricAlarms).toEqual([])
})

test('pulls are counted where the last pull was, and forgotten as CloudWatch forgets', () => {
  const ask = askOf(world, 'cloudwatch')
  const names = ask('ListMetrics', metric).Metrics.map((each: Answer) => each.Dimensions[0].Value)
  expect(names).toContain('shop/api')
  expect(names).not.toContain('legacy/reports')
  expect(names).not.toContain('sandbox/empty')
  const sum = (repository: string, days: number, Period: number): number => {
    const { MetricDataResults } = ask('GetMetricData', {
      StartTime: start / 1000 - days * 86_400,
      EndTime: start / 1000,
      MetricDataQueries: [
        {
          Id: 'it',
          MetricStat: {
            Metric: { ...metric, Dimensions: [{ Name: 'RepositoryName', Value: repository }] },
            Period,
            Stat: 'Sum',
          },
        },
      ],
    })
    return MetricDataResults[0].Values.reduce((total: number, each: number) => total + each, 0)
  }
  expect(sum('shop/api', 90, 86_400)).toBeGreaterThan(10)
  expect(sum('legacy/reports', 90, 86_400)).toBe(0)
  expect(sum('legacy/reports', 365, 86_400)).toBeGreaterThan(0)
  expect(sum('legacy/reports', 365, 300)).toBe(0)
  expect(sum('nobody', 90, 86_400)).toBe(0)
})

test('metric data goes on where the page before ended', () => {
  const ask = askOf(world, 'cloudwatch')
  const query = (Id: string, repository: string) => ({
    Id,
    MetricStat: {
      Metric: { ...metric, Dimensions: [{ Name: 'RepositoryName', Value: repository }] },
      Period: 86_400,
      Stat: 'Sum',
    },
  })
  const input = {
    ...span,
    MetricDataQueries: [query('a', 'shop/api'), query('b', 'nobody'), query('c', 'shop/web')],
  }
  const whole = ask('GetMetricData', input).MetricDataResults
  const pages = pagesOf(
    (NextToken) => ask('GetMetricData', { ...input, MaxDatapoints: 3, ...(NextToken && { NextToken }) }),
    'MetricDataResults',
    'NextToken',
  )
  expect(pages.length).toBeGreaterThan(2)
  const valuesOf = (list: Answer[], id: string) =>
    list.filter(({ Id }) => Id === id).flatMap(({ Values }) => Values)
  for (const id of ['a', 'b', 'c']) expect(valuesOf(pages.flat(), id)).toEqual(valuesOf(whole, id))
  expect(pages[0]?.[0].StatusCode).toBe('PartialData')
  expect(whole.map(({ StatusCode }: Answer) => StatusCode)).toEqual(['Complete', 'Complete', 'Complete'])
})
