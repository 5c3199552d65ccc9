import {
  type AdvancedFieldSelector,
  CloudTrailClient,
  DescribeTrailsCommand,
  type Trail as FoundTrail,
  GetEventSelectorsCommand,
  type GetEventSelectorsResponse,
  GetTrailStatusCommand,
} from '@aws-sdk/client-cloudtrail'
import { allSettled } from '../../core/parallel.ts'
import { answer } from '../answer.ts'
import type { AdvancedField, Trail, TrailSelectors, TrailStatus } from '../neighbours.ts'
import { collectBucketSettings } from './bucket.ts'
import { type Asking, ask } from './question.ts'

/** All trails that record this Region: its own, and those of other Regions and of the organization. */
export async function collectTrails(asking: Asking): Promise<Trail[]> {
  const client = new CloudTrailClient(asking.aws.clientConfig('cloudtrail'))
  try {
    const { trailList = [] } = await ask(
      'cloudtrail:DescribeTrails',
      client.send(new DescribeTrailsCommand({ includeShadowTrails: true }), { abortSignal: asking.signal }),
    )
    return await allSettled(trailList.map((trail) => toTrail(client, trail, asking)))
  } finally {
    client.destroy()
  }
}

async function toTrail(client: CloudTrailClient, trail: FoundTrail, asking: Asking): Promise<Trail> {
  const arn = trail.TrailARN ?? ''
  const bucket = trail.S3BucketName ?? ''
  return {
    name: trail.Name ?? '',
    arn,
    homeRegion: trail.HomeRegion ?? '',
    multiRegion: trail.IsMultiRegionTrail ?? false,
    organization: trail.IsOrganizationTrail ?? false,
    globalEvents: trail.IncludeGlobalServiceEvents ?? false,
    logFileValidation: trail.LogFileValidationEnabled ?? false,
    ...(trail.KmsKeyId && { kmsKey: trail.KmsKeyId }),
    bucket,
    ...(trail.CloudWatchLogsLogGroupArn && { logGroup: trail.CloudWatchLogsLogGroupArn.replace(/:\*$/, '') }),
    ...(trail.CloudWatchLogsRoleArn && { logsRole: trail.CloudWatchLogsRoleArn }),
    status: await answer('cloudtrail:GetTrailStatus', statusOf(client, arn, asking)),
    selectors: await answer('cloudtrail:GetEventSelectors', selectorsOf(client, arn, asking)),
    bucketSettings: await collectBucketSettings(asking, bucket),
  }
}

async function statusOf(client: CloudTrailClient, arn: string, { signal }: Asking): Promise<TrailStatus> {
  const command = new GetTrailStatusCommand({ Name: arn })
  const found = await ask('cloudtrail:GetTrailStatus', client.send(command, { abortSignal: signal }))
  return {
    logging: found.IsLogging ?? false,
    ...(found.LatestDeliveryTime && { lastDelivery: found.LatestDeliveryTime.toISOString() }),
    ...(found.LatestDeliveryError && { deliveryError: found.LatestDeliveryError }),
    ...(found.LatestCloudWatchLogsDeliveryTime && {
      lastLogsDelivery: found.LatestCloudWatchLogsDeliveryTime.toISOString(),
    }),
    ...(found.LatestCloudWatchLogsDeliveryError && {
      logsDeliveryError: found.LatestCloudWatchLogsDeliveryError,
    }),
  }
}

async function selectorsOf(
  client: CloudTrailClient,
  arn: string,
  { signal }: Asking,
): Promise<TrailSelectors> {
  const command = new GetEventSelectorsCommand({ TrailName: arn })
  return toSelectors(await ask('cloudtrail:GetEventSelectors', client.send(command, { abortSignal: signal })))
}

function toSelectors({ EventSelectors, AdvancedEventSelectors }: GetEventSelectorsResponse): TrailSelectors {
  return {
    classic: (EventSelectors ?? []).map((one) => ({
      readWrite: one.ReadWriteType ?? 'All',
      managementEvents: one.IncludeManagementEvents ?? true,
      excludedSources: one.ExcludeManagementEventSources ?? [],
    })),
    advanced: (AdvancedEventSelectors ?? []).map((one) => ({
      name: one.Name ?? '',
      fields: (one.FieldSelectors ?? []).map(toField),
    })),
  }
}

function toField(field: AdvancedFieldSelector): AdvancedField {
  return {
    field: field.Field ?? '',
    equals: field.Equals ?? [],
    notEquals: field.NotEquals ?? [],
    startsWith: field.StartsWith ?? [],
    notStartsWith: field.NotStartsWith ?? [],
    endsWith: field.EndsWith ?? [],
    notEndsWith: field.NotEndsWith ?? [],
  }
}
