import { CloudWatchClient, type MetricDataQuery, paginateGetMetricData } from '@aws-sdk/client-cloudwatch'
import { type Asking, askAll } from './question.ts'

const days = 90
const day = 86_400_000
/** Of GetMetricData. */
const queriesPerCall = 500

/** Pulls of each repository in the last 90 days, by the metric RepositoryPullCount (ecr-facts 5.4). */
export async function collectPulls(
  { aws, signal, clock }: Asking,
  repositories: readonly string[],
): Promise<Record<string, number>> {
  const client = new CloudWatchClient(aws.clientConfig('cloudwatch'))
  const EndTime = clock.now()
  const StartTime = new Date(EndTime.getTime() - days * day)
  const pulls: Record<string, number> = {}
  try {
    for (let at = 0; at < repositories.length; at += queriesPerCall) {
      const names = repositories.slice(at, at + queriesPerCall)
      const MetricDataQueries = names.map(query)
      const input = { StartTime, EndTime, MetricDataQueries }
      const results = await askAll(
        'cloudwatch:GetMetricData',
        paginateGetMetricData({ client }, input, { abortSignal: signal }),
        (page) => page.MetricDataResults,
      )
      for (const { Id = '', Values = [] } of results) {
        const name = names[Number(Id.slice(1))]
        const sum = Values.reduce((total, value) => total + value, 0)
        if (name !== undefined && sum > 0) pulls[name] = (pulls[name] ?? 0) + sum
      }
    }
    return pulls
  } finally {
    client.destroy()
  }
}

function query(repository: string, index: number): MetricDataQuery {
  const Dimensions = [{ Name: 'RepositoryName', Value: repository }]
  const Metric = { Namespace: 'AWS/ECR', MetricName: 'RepositoryPullCount', Dimensions }
  return { Id: `q${index}`, MetricStat: { Metric, Period: day / 1000, Stat: 'Sum' } }
}
