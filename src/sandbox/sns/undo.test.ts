import * as sdk from '@aws-sdk/client-sns'
import { expect, test } from 'vitest'
import { failure, startClient } from '../client.fixture.ts'
import { askerOf } from '../query.fixture.ts'
import { snsService } from './service.ts'
import { confirmationToken } from './subscriptions.ts'

const alerts = 'arn:aws:sns:eu-west-1:111122223333:security-alerts'
const fresh = alerts.replace('security-alerts', 'fresh')
const queue = { Protocol: 'sqs', Endpoint: 'arn:aws:sqs:eu-west-1:111122223333:alerts' }
const mail = { Protocol: 'email', Endpoint: 'team@shop.example' }
const policyFor = (Resource: string) =>
  JSON.stringify({
    Statement: [
      { Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sns:Publish', Resource },
    ],
  })

async function started() {
  const client = await startClient({ seed: 'demo' })
  const { ask } = askerOf(client, 'sns', sdk)
  const sns = new sdk.SNSClient({
    endpoint: client.awsEndpoint,
    region: 'eu-west-1',
    credentials: client.signers[0],
    maxAttempts: 1,
  })
  const read = async () => {
    const topics = await sns.send(new sdk.ListTopicsCommand({}))
    const arns = (topics.Topics ?? []).map(({ TopicArn }) => TopicArn)
    const of = async (TopicArn: string | undefined) => [
      (await sns.send(new sdk.GetTopicAttributesCommand({ TopicArn }))).Attributes,
      (await sns.send(new sdk.ListSubscriptionsByTopicCommand({ TopicArn }))).Subscriptions,
    ]
    return Promise.all(arns.map(of))
  }
  return { sns, ask, read }
}

test('a topic with a key, a policy and a subscription comes and goes', async () => {
  const { sns, read } = await started()
  const before = await read()
  const Attributes = {
    KmsMasterKeyId: 'alias/holdfast-demo',
    DisplayName: 'Alerts',
    Policy: policyFor(fresh),
  }
  const create = (more: object) => sns.send(new sdk.CreateTopicCommand({ Name: 'fresh', ...more }))
  const { TopicArn } = await create({ Attributes })
  expect(await create({ Attributes })).toMatchObject({ TopicArn })
  expect(await failure(create({ Attributes: { DisplayName: 'Other' } }))).toBe(
    '400 InvalidParameterException',
  )
  const found = await sns.send(new sdk.GetTopicAttributesCommand({ TopicArn }))
  expect(found.Attributes).toMatchObject(Attributes)
  await sns.send(new sdk.SubscribeCommand({ TopicArn, ...mail }))
  await sns.send(new sdk.DeleteTopicCommand({ TopicArn }))
  await sns.send(new sdk.DeleteTopicCommand({ TopicArn }))
  expect(await read()).toEqual(before)
})

test('what a topic says is set and put back, also to nothing', async () => {
  const { sns, read } = await started()
  const before = await read()
  const { Attributes } = await sns.send(new sdk.GetTopicAttributesCommand({ TopicArn: alerts }))
  const set = (AttributeName: string, AttributeValue = '') =>
    sns.send(new sdk.SetTopicAttributesCommand({ TopicArn: alerts, AttributeName, AttributeValue }))
  await set('KmsMasterKeyId', 'alias/aws/sns')
  await set('Policy', policyFor(alerts))
  await set('DisplayName', 'X')
  expect(await read()).not.toEqual(before)
  await set('KmsMasterKeyId', Attributes?.['KmsMasterKeyId'])
  await set('Policy', Attributes?.['Policy'])
  await set('DisplayName', Attributes?.['DisplayName'])
  expect(await read()).toEqual(before)
})

test('an address is confirmed by its token, and can then be taken back; while pending it cannot', async () => {
  const { sns, read } = await started()
  await sns.send(new sdk.CreateTopicCommand({ Name: 'fresh' }))
  const before = await read()
  const subscribe = async (address: object) =>
    (
      await sns.send(
        new sdk.SubscribeCommand({ TopicArn: fresh, ReturnSubscriptionArn: true, Protocol: '', ...address }),
      )
    ).SubscriptionArn
  const unsubscribe = (SubscriptionArn: string | undefined) =>
    failure(sns.send(new sdk.UnsubscribeCommand({ SubscriptionArn })))
  const confirm = (Token: string) => sns.send(new sdk.ConfirmSubscriptionCommand({ TopicArn: fresh, Token }))
  const pending = await subscribe(mail)
  expect(pending).toContain(`${fresh}:`)
  expect(await unsubscribe(pending)).toBe('400 InvalidParameterException')
  expect(await failure(confirm('wrong'))).toBe('400 InvalidParameterException')
  const token = confirmationToken(fresh, { protocol: mail.Protocol, endpoint: mail.Endpoint })
  for (const _ of [1, 2]) expect((await confirm(token)).SubscriptionArn).toBe(pending)
  expect(await subscribe(mail)).toBe(pending)
  expect([await unsubscribe(pending), await unsubscribe(await subscribe(queue))]).toEqual([
    'success',
    'success',
  ])
  expect(await unsubscribe(pending)).toBe('404 NotFoundException')
  expect(await read()).toEqual(before)
})

test.each<[string, Record<string, string>, string]>([
  ['SetTopicAttributes', { TopicArn: alerts, AttributeName: 'Colour' }, '400 InvalidParameter'],
  ['SetTopicAttributes', { TopicArn: alerts, AttributeName: 'Policy' }, '400 InvalidParameter'],
  [
    'SetTopicAttributes',
    { TopicArn: alerts, AttributeName: 'DeliveryPolicy' },
    '501 NotImplementedInSandbox',
  ],
  ['SetTopicAttributes', { TopicArn: fresh, AttributeName: 'DisplayName' }, '404 NotFound'],
  ['DeleteTopic', { TopicArn: 'x' }, '400 InvalidParameter'],
  ['DeleteTopic', { TopicArn: alerts.replace('111122223333', '444455556666') }, '403 AuthorizationError'],
  ['Unsubscribe', { SubscriptionArn: alerts }, '400 InvalidParameter'],
  ['Unsubscribe', { SubscriptionArn: 'PendingConfirmation' }, '400 InvalidParameter'],
  ['ConfirmSubscription', { TopicArn: fresh, Token: 'x' }, '404 NotFound'],
])('%s %j: %s', async (operation, input, expected) => {
  const { ask } = await started()
  expect(await ask(operation, input)).toBe(expected)
  expect(Object.keys(snsService.operations)).toContain(operation)
})

test('every answer is what the SDK expects', async () => {
  const { ask } = await started()
  await ask('CreateTopic', {
    Name: 'fresh',
    'Attributes.entry.1.key': 'DisplayName',
    'Attributes.entry.1.value': 'X',
  })
  const address = { protocol: mail.Protocol, endpoint: mail.Endpoint }
  await ask('Subscribe', { TopicArn: fresh, ...mail })
  const confirmed = await ask('ConfirmSubscription', {
    TopicArn: fresh,
    Token: confirmationToken(fresh, address),
  })
  const SubscriptionArn = /<SubscriptionArn>([^<]+)/.exec(confirmed)?.[1] ?? ''
  for (const [operation, input] of [
    ['Unsubscribe', { SubscriptionArn }],
    ['SetTopicAttributes', { TopicArn: fresh, AttributeName: 'DisplayName', AttributeValue: '' }],
    ['DeleteTopic', { TopicArn: fresh }],
  ] as [string, Record<string, string>][])
    expect(await ask(operation, input)).toContain('<')
})
