import * as sdk from '@aws-sdk/client-sns'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { type Client, clientOf, failure } from '../client.fixture.ts'
import { askerOf } from '../query.fixture.ts'
import type { Sandbox } from '../sandbox.ts'
import { startSandbox } from '../start.ts'
import { operationsOfSdk } from '../xml-schema.fixture.ts'
import { knownSnsOperations } from './known-operations.ts'
import { snsService } from './service.ts'

const alerts = 'arn:aws:sns:eu-west-1:111122223333:security-alerts'
let demo: Sandbox
let client: Client
let asker: ReturnType<typeof askerOf>

beforeAll(async () => {
  demo = await startSandbox({ seed: 'demo' })
  client = clientOf(demo)
  asker = askerOf(client, 'sns', sdk)
})
afterAll(() => demo.close())

function sns(sandbox: Sandbox, region = 'eu-west-1') {
  const [credentials] = clientOf(sandbox).signers
  return new sdk.SNSClient({ endpoint: sandbox.awsEndpoint, region, credentials, maxAttempts: 1 })
}

test('the names are those of the SDK, and every operation answers what it expects', async () => {
  expect([...knownSnsOperations].sort()).toEqual(operationsOfSdk(sdk).sort())
  await asker.ask('ListTopics')
  await asker.ask('GetTopicAttributes', { TopicArn: alerts })
  await asker.ask('ListSubscriptionsByTopic', { TopicArn: alerts })
  await asker.ask('CreateTopic', { Name: 'other' })
  await asker.ask('Subscribe', {
    TopicArn: alerts.replace('security-alerts', 'other'),
    Protocol: 'email',
    Endpoint: 'a@b.example',
  })
  // What is left is in undo.test.ts.
  const later = /^(ConfirmSubscription|DeleteTopic|SetTopicAttributes|Unsubscribe)$/
  expect([...asker.answered].sort()).toEqual(
    Object.keys(snsService.operations)
      .filter((name) => !later.test(name))
      .sort(),
  )
})

test('a topic that nobody hears', async () => {
  const { Topics } = await sns(demo).send(new sdk.ListTopicsCommand({}))
  expect(Topics).toContainEqual({ TopicArn: alerts })
  const { Attributes } = await sns(demo).send(new sdk.GetTopicAttributesCommand({ TopicArn: alerts }))
  expect(Attributes).toMatchObject({
    Owner: '111122223333',
    SubscriptionsConfirmed: '0',
    SubscriptionsPending: '1',
  })
  expect(JSON.parse(Attributes?.['Policy'] ?? '')).toHaveProperty('Statement')
  const { Subscriptions } = await sns(demo).send(
    new sdk.ListSubscriptionsByTopicCommand({ TopicArn: alerts }),
  )
  expect(Subscriptions).toMatchObject([{ SubscriptionArn: 'PendingConfirmation', Protocol: 'email' }])
  expect((await sns(demo, 'us-east-1').send(new sdk.ListTopicsCommand({}))).Topics).toEqual([])
})

test.each<[string, string]>([
  [`${alerts}-2`, '404 NotFoundException'],
  ['arn:aws:sns:us-east-1:111122223333:security-alerts', '400 InvalidParameterException'],
  ['arn:aws:sns:eu-west-1:444455556666:security-alerts', '403 AuthorizationErrorException'],
  ['security-alerts', '400 InvalidParameterException'],
])('%s: %s', async (TopicArn, expected) => {
  const sent = sns(demo).send(new sdk.GetTopicAttributesCommand({ TopicArn }))
  expect(await failure(sent)).toBe(expected)
})

test('denied and throttled in the words of SNS; publishing is not simulated', async () => {
  demo.addFault({ service: 'sns', operation: 'ListTopics', kind: 'denied', times: 1 })
  demo.addFault({ service: 'sns', operation: 'ListTopics', kind: 'throttled', times: 1 })
  const list = () => failure(sns(demo).send(new sdk.ListTopicsCommand({})))
  expect([await list(), await list(), await list()]).toEqual([
    '403 AuthorizationErrorException',
    '429 ThrottledException',
    'success',
  ])
  const published = sns(demo).send(new sdk.PublishCommand({ TopicArn: alerts, Message: 'x' }))
  expect(await failure(published)).toBe('501 NotImplementedInSandbox')
})

test('a topic that is made, and who hears it: an address has to confirm, a queue of the account has not', async () => {
  const empty = await startSandbox({ seed: 'empty' })
  onTestFinished(() => empty.close())
  const client = sns(empty)
  const { TopicArn } = await client.send(new sdk.CreateTopicCommand({ Name: 'alerts' }))
  expect((await client.send(new sdk.CreateTopicCommand({ Name: 'alerts' }))).TopicArn).toBe(TopicArn)
  const subscribe = async (Protocol: string, Endpoint: string) =>
    (await client.send(new sdk.SubscribeCommand({ TopicArn, Protocol, Endpoint }))).SubscriptionArn
  const queue = 'arn:aws:sqs:eu-west-1:111122223333:alerts'
  expect(await subscribe('email', 'team@shop.example')).toBe('pending confirmation')
  expect(await subscribe('email', 'team@shop.example')).toBe('pending confirmation')
  expect(await subscribe('sqs', queue)).toBe(await subscribe('sqs', queue))
  expect(await subscribe('sqs', queue.replace('111122223333', '444455556666'))).toBe('pending confirmation')
  const { Attributes } = await client.send(new sdk.GetTopicAttributesCommand({ TopicArn }))
  expect(Attributes).toMatchObject({ SubscriptionsConfirmed: '1', SubscriptionsPending: '2' })
})

test.each<[string, Record<string, string>, string]>([
  ['CreateTopic', { Name: 'a b' }, '400 InvalidParameter'],
  ['CreateTopic', { Name: 'a', 'Tags.member.1.Key': 'a' }, '501 NotImplementedInSandbox'],
  ['Subscribe', { TopicArn: alerts, Protocol: 'pigeon', Endpoint: 'x' }, '400 InvalidParameter'],
  ['Subscribe', { TopicArn: alerts, Protocol: 'email', Endpoint: 'x' }, '400 InvalidParameter'],
  ['Subscribe', { TopicArn: `${alerts}-2`, Protocol: 'email', Endpoint: 'a@b.c' }, '404 NotFound'],
])('%s %j: %s', async (operation, input, expected) => {
  expect(await asker.ask(operation, input)).toBe(expected)
})
