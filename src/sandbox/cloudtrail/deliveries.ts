import { AwsError } from '../http.ts'
import { readText } from '../neighbour/input.ts'
import { arnOf, type NeighbourCall } from '../neighbour/service.ts'
import { listOf, statementsOf } from '../policy-match.ts'
import type { Trail } from './state.ts'

/** Where a trail delivers to. What is not named in a request is left out here, and an empty text takes it away. */
export type Deliveries = { [name in keyof Trail]?: Trail[name] | undefined }

export function readDeliveries(call: NeighbourCall): Deliveries {
  const bucket = readText(call, 'S3BucketName')
  const prefix = readText(call, 'S3KeyPrefix')
  if (prefix !== undefined && prefix.length > 200)
    throw new AwsError('InvalidS3PrefixException', 'The prefix has more than 200 characters.')
  return {
    ...(bucket !== undefined && { S3BucketName: needBucket(call, bucket) }),
    ...(prefix !== undefined && { S3KeyPrefix: prefix || undefined }),
    ...topicOf(call),
    ...keyOf(call),
    ...logsOf(call),
  }
}

/** Assumption: of the bucket's policy no more is judged than that CloudTrail may put objects. */
function needBucket({ world }: NeighbourCall, name: string): string {
  const bucket = Object.hasOwn(world.state.buckets, name) ? world.state.buckets[name] : undefined
  if (!bucket) throw new AwsError('S3BucketDoesNotExistException', `S3 bucket ${name} does not exist!`)
  const writes = statementsOf(bucket.settings?.policy).some(
    ({ Effect, Principal, Action }) =>
      Effect === 'Allow' &&
      listOf((Principal as { Service?: unknown } | undefined)?.Service).includes(
        'cloudtrail.amazonaws.com',
      ) &&
      listOf(Action).some((each) => ['s3:*', 's3:Put*', 's3:PutObject', '*'].includes(String(each))),
  )
  if (writes) return name
  throw new AwsError(
    'InsufficientS3BucketPolicyException',
    `Incorrect S3 bucket policy is detected for bucket: ${name}`,
  )
}

/** By name or by ARN, in the trail's Region. */
function topicOf(call: NeighbourCall): Deliveries {
  const given = readText(call, 'SnsTopicName')
  if (given === undefined) return {}
  if (given === '') return { SnsTopicARN: undefined }
  const arn = given.startsWith('arn:') ? given : arnOf(call, 'sns', given)
  const topics = call.account.sns?.[call.caller.region]?.topics ?? {}
  if (Object.hasOwn(topics, arn)) return { SnsTopicARN: arn }
  throw new AwsError(
    'InsufficientSnsTopicPolicyException',
    'SNS Topic does not exist or its policy is wrong.',
  )
}

/** An id, an ARN or an alias of a key of the Region that is enabled; the trail shows its ARN. */
function keyOf(call: NeighbourCall): Deliveries {
  const given = readText(call, 'KmsKeyId')
  if (given === undefined) return {}
  if (given === '') return { KmsKeyId: undefined }
  const name = given.startsWith('arn:') ? (given.split(':').at(-1) ?? '') : given
  const found = Object.values(call.account.kmsKeys).find(
    ({ keyId, aliases, region }) =>
      region === call.caller.region && (keyId === name.replace(/^key\//, '') || aliases.includes(name)),
  )
  if (!found) throw new AwsError('KmsKeyNotFoundException', `KMS key ${given} was not found.`)
  if (found.state === 'Enabled') return { KmsKeyId: found.arn }
  throw new AwsError('KmsKeyDisabledException', `KMS key ${given} is disabled.`)
}

/** Both or neither. Assumption: whether the role may write there is not judged. */
function logsOf(call: NeighbourCall): Deliveries {
  const group = readText(call, 'CloudWatchLogsLogGroupArn')
  const role = readText(call, 'CloudWatchLogsRoleArn')
  if (group === undefined && role === undefined) return {}
  if (group === '' && (role ?? '') === '')
    return { CloudWatchLogsLogGroupArn: undefined, CloudWatchLogsRoleArn: undefined }
  const { groups = [] } = call.account.logs?.[call.caller.region] ?? {}
  const arns = groups.map(({ logGroupName }) => `${arnOf(call, 'logs', `log-group:${logGroupName}`)}:*`)
  if (group === undefined || !arns.includes(group))
    throw new AwsError('InvalidCloudWatchLogsLogGroupArnException', 'Access denied. Check the log group.')
  if (role === undefined || !Object.values(call.account.roles).some(({ arn }) => arn === role))
    throw new AwsError(
      'InvalidCloudWatchLogsRoleArnException',
      'Access denied. Check the trust of your role.',
    )
  return { CloudWatchLogsLogGroupArn: group, CloudWatchLogsRoleArn: role }
}
