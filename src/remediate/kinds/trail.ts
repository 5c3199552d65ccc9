import { type Call, sentTo } from '../call.ts'
import type { Kind } from '../kind.ts'
import type { Place } from '../place.ts'
import { arnAt, callOn, type Members, passing, picked } from './picked.ts'

/** As CreateTrail takes it, without its name. What it records and whether it does are kinds of their own. */
export type TrailState = Members & { S3BucketName: string }

const texts = [
  ...['S3BucketName', 'S3KeyPrefix', 'SnsTopicName', 'KmsKeyId'],
  ...['CloudWatchLogsLogGroupArn', 'CloudWatchLogsRoleArn'],
]
const flags = ['IncludeGlobalServiceEvents', 'IsMultiRegionTrail', 'EnableLogFileValidation']

/** A trail at home in the target's Region. One that was there before is never deleted. */
export const trail: Kind<TrailState> = {
  name: 'trail',
  title: 'trail',
  reads: ({ resource }, place) => [{ action: 'cloudtrail:GetTrail', resource: trailArn(place, resource) }],
  read: async (door, { resource, region }) => {
    const found = await door.find('cloudtrail', 'GetTrail', {
      input: { Name: resource },
      ...{ region, resource, absent: ['TrailNotFoundException'] },
    })
    if (!found?.Trail) return { state: null }
    const { SnsTopicARN: SnsTopicName, LogFileValidationEnabled: EnableLogFileValidation } = found.Trail
    const all = { ...found.Trail, SnsTopicName, EnableLogFileValidation }
    return { state: picked(all, [...texts, ...flags]) as TrailState }
  },
  calls: (change) => sentTo(change.region, callsFor(change)),
  // Public no more, encrypted, of more Regions: whoever reads the files may notice.
  risk: () => 'visible',
  cloudformation: ({ resource }, state) => {
    const { CloudWatchLogsLogGroupArn, KmsKeyId, EnableLogFileValidation = false, ...rest } = state
    return {
      type: 'AWS::CloudTrail::Trail',
      properties: {
        TrailName: resource,
        ...(rest as { [name: string]: string }),
        EnableLogFileValidation,
        IsLogging: true,
        ...(KmsKeyId !== undefined && { KMSKeyId: KmsKeyId }),
        ...(CloudWatchLogsLogGroupArn !== undefined && { CloudWatchLogsLogGroupArn }),
      },
      identifier: { TrailName: resource },
    }
  },
  terraform: ({ resource }, state, place) => ({
    type: 'aws_cloudtrail',
    arguments: {
      name: resource,
      ...Object.fromEntries(
        Object.entries(inTerraform).flatMap(([name, spelled]) => {
          const value = state[name]
          return value === undefined ? [] : [[spelled, value]]
        }),
      ),
    },
    importId: trailArn(place, resource),
  }),
}

export function trailArn(place: Place, name: string): string {
  return arnAt(place, 'cloudtrail', `trail/${name}`)
}

const inTerraform = {
  S3BucketName: 's3_bucket_name',
  S3KeyPrefix: 's3_key_prefix',
  SnsTopicName: 'sns_topic_name',
  KmsKeyId: 'kms_key_id',
  CloudWatchLogsLogGroupArn: 'cloud_watch_logs_group_arn',
  CloudWatchLogsRoleArn: 'cloud_watch_logs_role_arn',
  IncludeGlobalServiceEvents: 'include_global_service_events',
  IsMultiRegionTrail: 'is_multi_region_trail',
  EnableLogFileValidation: 'enable_log_file_validation',
} as const

function callsFor({ resource: Name, from, to, place }: Parameters<typeof trail.calls>[0]): Call[] {
  const resource = trailArn(place, Name)
  if (to === null)
    return from === null ? [] : [callOn('cloudtrail', 'DeleteTrail', { input: { Name }, resource })]
  const members = from === null ? to : differing(from, to)
  if (Object.keys(members).length === 0) return []
  const operation = from === null ? 'CreateTrail' : 'UpdateTrail'
  const call = callOn('cloudtrail', operation, { input: { Name, ...members }, resource })
  return [{ ...call, needs: [...call.needs, ...passing(members['CloudWatchLogsRoleArn'])] }]
}

/** What is not named stays, and an empty text takes away. Log group and role are only taken together. */
function differing(from: TrailState, to: TrailState): Members {
  const both = ['CloudWatchLogsLogGroupArn', 'CloudWatchLogsRoleArn']
  const logs = both.some((name) => from[name] !== to[name]) ? both : []
  const others = [...texts, ...flags].filter((name) => !both.includes(name) && from[name] !== to[name])
  return Object.fromEntries(
    [...others, ...logs].map((name) => [name, to[name] ?? (flags.includes(name) ? false : '')]),
  )
}
