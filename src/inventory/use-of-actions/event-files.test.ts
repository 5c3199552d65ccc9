import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readUsage } from './event-files.ts'

const principal = 'arn:aws:iam::111122223333:user/ann'
const { signal } = new AbortController()
const event = (eventName: string, day: string, by = principal) => ({
  ...{ eventSource: 'ecr.amazonaws.com', eventName, eventTime: `2026-01-${day}T00:00:00Z` },
  ...{
    awsRegion: 'eu-west-1',
    userIdentity: { type: 'IAMUser', arn: by },
    recipientAccountId: '111122223333',
  },
  requestParameters: { repositoryName: 'shop/api' },
})

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-events-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function write(name: string, content: string | Buffer): Promise<string> {
  const path = join(folder, name)
  await mkdir(join(path, '..'), { recursive: true })
  await writeFile(path, content)
  return path
}

const read = (...paths: string[]) => readUsage(paths, { principal, signal })
const list = [
  event('PutImage', '02'),
  event('PutImage', '05'),
  event('DeleteRepository', '09', `${principal}a`),
]
const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`
const csv = (events: typeof list) =>
  [
    'eventTime,EVENTSOURCE,eventname,awsregion,useridentity,requestparameters',
    ...events.map((one) =>
      [
        ...[one.eventTime, one.eventSource, one.eventName, one.awsRegion],
        `{type=IAMUser, principalid=x, arn=${one.userIdentity.arn}}`,
        JSON.stringify(one.requestParameters),
      ]
        .map(quoted)
        .join(),
    ),
  ].join('\r\n')

test.each<[string, string | Buffer]>([
  ['log.json', JSON.stringify({ Records: list })],
  ['log.json.gz', gzipSync(JSON.stringify({ Records: list }))],
  ['list.json', JSON.stringify(list)],
  ['lines.jsonl', list.map((one) => JSON.stringify(one)).join('\n')],
  ['lookup.json', JSON.stringify({ Events: list.map((one) => ({ CloudTrailEvent: JSON.stringify(one) })) })],
  ['athena.csv', csv(list)],
])('%s', async (name, content) => {
  const usage = await read(await write(name, content))
  // Events of others tell how far the files reach.
  expect(usage).toMatchObject({ events: 2, from: '2026-01-02T00:00:00.000Z', to: '2026-01-09T00:00:00.000Z' })
  expect(usage.used).toMatchObject([
    { name: 'PutImage', repository: 'shop/api', count: 2, first: '2026-01-02T00:00:00.000Z' },
  ])
})

test('a folder of logs is searched, digests and other files are not', async () => {
  const log = gzipSync(JSON.stringify({ Records: list }))
  await write('trail/AWSLogs/CloudTrail/eu-west-1/2026/01/a.json.gz', log)
  await write('trail/AWSLogs/CloudTrail/eu-west-1/2026/02/b.json.gz', log)
  await write('trail/AWSLogs/CloudTrail-Digest/eu-west-1/c.json.gz', 'no gzip at all')
  await write('trail/readme.txt', 'no JSON')
  expect((await read(join(folder, 'trail'))).events).toBe(4)
})

test.each<[string, string | Buffer, string]>([
  ['broken.json', '{"Records": [', 'line 1 is not JSON'],
  ['columns.csv', 'a,b\n1,2\n', 'no column eventtime'],
  ['broken.json.gz', 'no gzip', 'cannot be read'],
  ['empty.json', '', 'No call to ECR'],
  [
    'other.json',
    JSON.stringify([{ ...event('PutObject', '02'), eventSource: 's3.amazonaws.com' }]),
    'No call to ECR',
  ],
])('%s is refused', async (name, content, words) => {
  const error = await read(await write(name, content)).catch((found: Error & { why?: string }) => found)
  expect(`${(error as Error).message} ${(error as { why?: string }).why ?? ''}`).toContain(words)
})

test('what is not there', async () => {
  await expect(read(join(folder, 'nothing'))).rejects.toMatchObject({ code: 'config-invalid' })
})
