import { afterAll, beforeAll, expect, test } from 'vitest'
import { awsCli, awsJson } from './aws-cli.ts'
import { describeWith } from './programs.ts'
import { type RunningSandbox, startSandboxProcess } from './servers/sandbox.ts'

/** AWS's own command line reads what the neighbours of the registry say. */
describeWith(['aws'], 'AWS CLI against the neighbour services', () => {
  let sandbox: RunningSandbox
  const trail = ['--bucket', 'shop-audit-logs']

  beforeAll(async () => {
    sandbox = await startSandboxProcess({ seed: 'demo' })
  })
  afterAll(() => sandbox?.stop())

  test('iam get-account-authorization-details follows the pages and decodes the documents', async () => {
    const details = await awsJson<Record<string, { RoleName?: string; UserName?: string }[]>>(sandbox, [
      'iam',
      'get-account-authorization-details',
      '--page-size',
      '3',
    ])
    expect(details['UserDetailList']?.map(({ UserName }) => UserName)).toContain('ci-publisher')
    const deploy = details['RoleDetailList']?.find(({ RoleName }) => RoleName === 'shop-deploy')
    expect(deploy).toMatchObject({
      AssumeRolePolicyDocument: { Statement: [{ Action: 'sts:AssumeRoleWithWebIdentity' }] },
      RolePolicyList: [{ PolicyName: 'push-shop-images', PolicyDocument: { Version: '2012-10-17' } }],
      PermissionsBoundary: { PermissionsBoundaryType: 'Policy' },
    })
  })

  test('iam generate-credential-report, then get-credential-report', async () => {
    const generate = ['iam', 'generate-credential-report']
    expect(await awsJson(sandbox, generate)).toMatchObject({ State: 'STARTED' })
    expect(await awsJson(sandbox, generate)).toMatchObject({ State: 'COMPLETE' })
    const { Content } = await awsJson<{ Content: string }>(sandbox, ['iam', 'get-credential-report'])
    expect(Buffer.from(Content, 'base64').toString()).toMatch(/^user,arn,.*\n<root_account>,/)
  })

  test('iam get-role of nobody', async () => {
    await expect(awsCli(sandbox, ['iam', 'get-role', '--role-name', 'nobody'])).rejects.toThrow(
      'NoSuchEntity',
    )
  })

  test('sns: topics, their attributes and who listens', async () => {
    const { Topics } = await awsJson<{ Topics: { TopicArn: string }[] }>(sandbox, ['sns', 'list-topics'])
    const arn = ['--topic-arn', Topics[0]?.TopicArn ?? '']
    expect(await awsJson(sandbox, ['sns', 'get-topic-attributes', ...arn])).toMatchObject({
      Attributes: { SubscriptionsPending: '1' },
    })
    expect(await awsJson(sandbox, ['sns', 'list-subscriptions-by-topic', ...arn])).toMatchObject({
      Subscriptions: [{ SubscriptionArn: 'PendingConfirmation' }],
    })
  })

  test('ec2: endpoints by service, networks, Regions', async () => {
    const filter = ['--filters', `Name=service-name,Values=com.amazonaws.${sandbox.region}.ecr.api`]
    expect(await awsJson(sandbox, ['ec2', 'describe-vpc-endpoints', ...filter])).toMatchObject({
      VpcEndpoints: [{ VpcEndpointType: 'Interface', Groups: [{ GroupName: 'registry-endpoints' }] }],
    })
    const { Vpcs } = await awsJson<{ Vpcs: object[] }>(sandbox, ['ec2', 'describe-vpcs'])
    expect(Vpcs).toHaveLength(2)
    const { Regions } = await awsJson<{ Regions: object[] }>(sandbox, ['ec2', 'describe-regions'])
    expect(Regions).toHaveLength(2)
    await expect(awsCli(sandbox, ['ec2', 'describe-instances'])).rejects.toThrow('NotImplementedInSandbox')
  })

  test('kms and s3api: rotation, policy, who may see the bucket', async () => {
    const key = '5f0c2a34-9d1e-4b67-8a52-000000000004'
    expect(await awsJson(sandbox, ['kms', 'get-key-rotation-status', '--key-id', key])).toMatchObject({
      KeyRotationEnabled: false,
    })
    expect(await awsJson(sandbox, ['s3api', 'get-bucket-policy-status', ...trail])).toEqual({
      PolicyStatus: { IsPublic: true },
    })
    const { Grants } = await awsJson<{ Grants: object[] }>(sandbox, ['s3api', 'get-bucket-acl', ...trail])
    expect(Grants).toHaveLength(2)
    await expect(awsCli(sandbox, ['s3api', 'get-public-access-block', ...trail])).rejects.toThrow(
      'NoSuchPublicAccessBlockConfiguration',
    )
  })
})
