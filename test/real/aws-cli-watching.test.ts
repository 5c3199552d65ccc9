import { afterAll, beforeAll, expect, test } from 'vitest'
import { awsCli, awsJson } from './aws-cli.ts'
import { describeWith } from './programs.ts'
import { type RunningSandbox, startSandboxProcess } from './servers/sandbox.ts'

/** AWS's own command line reads what watches the registry and what runs its images; it follows pages of one. */
describeWith(['aws'], 'AWS CLI against what watches and runs', () => {
  let sandbox: RunningSandbox

  beforeAll(async () => {
    sandbox = await startSandboxProcess({ seed: 'demo' })
  })
  afterAll(() => sandbox?.stop())

  test.each<[string, unknown]>([
    ['cloudtrail describe-trails --query trailList[].Name', ['shop-trail', 'old-trail']],
    ['cloudtrail get-trail-status --name old-trail --query IsLogging', false],
    ['logs describe-metric-filters --page-size 1 --query length(metricFilters)', 3],
    ['cloudwatch describe-alarms --page-size 1 --query length(MetricAlarms)', 3],
    ['events describe-rule --name ecr-scan-findings --query State', 'DISABLED'],
    ['events list-targets-by-rule --rule ecr-pushes --query Targets', []],
    ['scheduler list-schedules --query Schedules[].Name', ['hourly-etl', 'price-refresh']],
    ['scheduler get-schedule --name price-refresh --group-name reports --query State', 'DISABLED'],
    ['lambda list-functions --page-size 1 --query Functions[].Runtime', ['python3.8']],
    ['lambda get-function --function-name shop-thumbnails --query Code.RepositoryType', 'ECR'],
    ['ecs list-tasks --cluster shop --page-size 2 --query length(taskArns)', 5],
    ['ecs describe-tasks --cluster shop --tasks none --query failures[].reason', ['MISSING']],
    ['apprunner list-services --query ServiceSummaryList[].ServiceName', ['storefront']],
    ['batch list-jobs --job-queue etl --query jobSummaryList[].jobName', ['backfill-january']],
    ['sagemaker describe-endpoint --endpoint-name recommender --query EndpointStatus', 'InService'],
    ['organizations list-accounts --query length(Accounts)', 3],
    ['ecr-public describe-repositories --region us-east-1 --query length(repositories)', 2],
  ])('aws %s', async (line, expected) => {
    expect(await awsJson(sandbox, line.split(' '))).toEqual(expected)
  })

  test('an operation that is not there is told by name', async () => {
    const listing = awsCli(sandbox, ['cloudtrail', 'list-channels'])
    await expect(listing).rejects.toThrow('ListChannels is not simulated')
  })
})
