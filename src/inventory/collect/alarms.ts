import {
  CloudWatchClient,
  type CompositeAlarm,
  type MetricAlarm,
  paginateDescribeAlarms,
} from '@aws-sdk/client-cloudwatch'
import type { Alarm } from '../neighbours.ts'
import { type Asking, askAll } from './question.ts'

/** Every alarm of these Regions, composite ones too. */
export async function collectAlarms(asking: Asking, regions: readonly string[]): Promise<Alarm[]> {
  const found: Alarm[] = []
  for (const region of new Set(regions)) found.push(...(await alarmsIn(asking, region)))
  return found
}

async function alarmsIn({ aws, signal }: Asking, region: string): Promise<Alarm[]> {
  const client = new CloudWatchClient({ ...aws.clientConfig('cloudwatch'), region })
  try {
    return await askAll(
      'cloudwatch:DescribeAlarms',
      paginateDescribeAlarms(
        { client, pageSize: 100 },
        { AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] },
        { abortSignal: signal },
      ),
      (page) => [...(page.MetricAlarms ?? []).map(toAlarm), ...(page.CompositeAlarms ?? []).map(toComposite)],
    )
  } finally {
    client.destroy()
  }
}

function toAlarm(alarm: MetricAlarm): Alarm {
  const dimensions = (alarm.Dimensions ?? []).map(({ Name = '', Value = '' }) => [Name, Value] as const)
  return {
    ...common(alarm),
    ...(alarm.MetricName && {
      metric: {
        namespace: alarm.Namespace ?? '',
        name: alarm.MetricName,
        dimensions: Object.fromEntries(dimensions),
      },
    }),
    children: [],
    ...(alarm.Statistic && { statistic: alarm.Statistic }),
    ...(alarm.Threshold !== undefined && { threshold: alarm.Threshold }),
    ...(alarm.ComparisonOperator && { comparison: alarm.ComparisonOperator }),
    ...(alarm.Period !== undefined && { periodSeconds: alarm.Period }),
    ...(alarm.EvaluationPeriods !== undefined && { evaluationPeriods: alarm.EvaluationPeriods }),
    ...(alarm.DatapointsToAlarm !== undefined && { datapointsToAlarm: alarm.DatapointsToAlarm }),
    ...(alarm.TreatMissingData && { missingData: alarm.TreatMissingData }),
  }
}

function toComposite(alarm: CompositeAlarm): Alarm {
  const named = (alarm.AlarmRule ?? '').matchAll(/\bALARM\(\s*"?([^")]+?)"?\s*\)/g)
  return { ...common(alarm), children: [...named].map(([, name = '']) => name) }
}

function common(alarm: MetricAlarm | CompositeAlarm) {
  return {
    name: alarm.AlarmName ?? '',
    arn: alarm.AlarmArn ?? '',
    actionsEnabled: alarm.ActionsEnabled ?? true,
    actions: alarm.AlarmActions ?? [],
  }
}
