import type { Finding } from '../controls/control.ts'
import { arnParts } from './subject.ts'

/** `service` and the kind in front of the resource -> the name that Security Hub has for it. */
const types: Record<string, string> = {
  'ecr repository': 'AwsEcrRepository',
  'ecr registry': 'AwsAccount',
  'kms key': 'AwsKmsKey',
  'iam user': 'AwsIamUser',
  'iam role': 'AwsIamRole',
  'iam group': 'AwsIamGroup',
  'iam policy': 'AwsIamPolicy',
  'cloudtrail trail': 'AwsCloudTrailTrail',
  'cloudwatch alarm': 'AwsCloudWatchAlarm',
  'sns ': 'AwsSnsTopic',
  'lambda function': 'AwsLambdaFunction',
}

/** `Other` where Security Hub has no name. */
export function resourceType({ resource }: Pick<Finding, 'resource'>): string {
  const { service, resource: name } = arnParts(resource)
  const kind = /^([a-z-]+)([:/]|$)/.exec(name)?.[1] ?? ''
  return types[`${service} ${kind}`] ?? types[`${service} `] ?? 'Other'
}
