import { CloudTrailClient, LookupEventsCommand, paginateLookupEvents } from '@aws-sdk/client-cloudtrail'
import { CreateRepositoryCommand, DescribeRepositoriesCommand } from '@aws-sdk/client-ecr'
import { expect, onTestFinished, test } from 'vitest'
import { type Client, startClient } from '../client.fixture.ts'

const now = () => new Date('2026-03-01T12:00:00Z')

async function place(seed: 'demo' | 'empty') {
  const client = await startClient({ seed, now })
  return { client, trail: trailOf(client) }
}

function trailOf(client: Client, region = 'eu-west-1'): CloudTrailClient {
  const systemClockOffset = now().getTime() - Date.now()
  const [credentials] = client.signers
  const trail = new CloudTrailClient({
    ...{ endpoint: client.awsEndpoint, region, credentials, maxAttempts: 1, systemClockOffset },
  })
  onTestFinished(() => trail.destroy())
  return trail
}

const lookUp = (
  AttributeKey: 'Username' | 'EventName' | 'EventSource' | 'ResourceName',
  AttributeValue: string,
) => new LookupEventsCommand({ LookupAttributes: [{ AttributeKey, AttributeValue }] })

test('what the sandbox was asked is found at once, also what it refused; newest first', async () => {
  const { client, trail } = await place('empty')
  const ecr = client.ecr()
  await ecr.send(new CreateRepositoryCommand({ repositoryName: 'shop/new' }))
  await expect(ecr.send(new CreateRepositoryCommand({ repositoryName: 'shop/new' }))).rejects.toThrow()
  await ecr.send(new DescribeRepositoriesCommand({}))
  const { Events = [] } = await trail.send(lookUp('Username', 'demo-admin'))
  expect(Events.map(({ EventName, ReadOnly }) => [EventName, ReadOnly])).toEqual([
    ['DescribeRepositories', 'true'],
    ['CreateRepository', 'false'],
    ['CreateRepository', 'false'],
  ])
  const document = JSON.parse(Events[1]?.CloudTrailEvent ?? '')
  expect(document).toMatchObject({
    errorCode: 'RepositoryAlreadyExistsException',
    eventSource: 'ecr.amazonaws.com',
    requestParameters: { repositoryName: 'shop/new' },
    resources: [{ ARN: 'arn:aws:ecr:eu-west-1:111122223333:repository/shop/new' }],
    userIdentity: { type: 'IAMUser', userName: 'demo-admin' },
  })
  expect((await trailOf(client, 'us-east-1').send(lookUp('EventName', 'CreateRepository'))).Events).toEqual(
    [],
  )
})

test('the demo has a history, the same in every run; pages hold what one page holds', async () => {
  const { client, trail } = await place('demo')
  const ids = async (MaxResults: number) => {
    const found: string[] = []
    for await (const { Events = [] } of paginateLookupEvents({ client: trail }, { MaxResults }))
      found.push(...Events.map(({ EventId = '' }) => EventId))
    return found
  }
  const all = await ids(50)
  expect(await ids(7)).toEqual(all)
  expect(new Set(all).size).toBe(all.length)
  const other = await place('demo')
  expect((await other.trail.send(new LookupEventsCommand({}))).Events?.[0]?.EventId).toBe(all[0])
  const { Events = [] } = await trail.send(lookUp('EventName', 'BatchDeleteImage'))
  expect(JSON.parse(Events[0]?.CloudTrailEvent ?? '')).toMatchObject({
    userIdentity: {
      type: 'AssumedRole',
      sessionContext: { sessionIssuer: { arn: 'arn:aws:iam::111122223333:role/ecr-cleanup' } },
    },
  })
  const denied = await trail.send(lookUp('EventName', 'DeleteRepository'))
  expect(JSON.parse(denied.Events?.[0]?.CloudTrailEvent ?? '')).toMatchObject({
    errorCode: 'AccessDenied',
    requestParameters: null,
  })
  expect(client.awsEndpoint).not.toBe(other.client.awsEndpoint)
})
