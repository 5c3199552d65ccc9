import { randomBytes, randomUUID } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { setImmediate } from 'node:timers/promises'
import {
  CreateBucketCommand,
  ListMultipartUploadsCommand,
  PutBucketVersioningCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { jumpingClock } from '../core/clock.ts'
import type { Fault, Sandbox } from '../sandbox/sandbox.ts'
import { startSandbox } from '../sandbox/start.ts'
import { breaking, collect, inChunks } from './bodies.fixture.ts'
import { storeConformance } from './conformance.ts'
import { openStore } from './open.ts'
import { type S3Capabilities, type S3Store, s3Store } from './s3.ts'
import { versionConformance } from './versions/conformance.ts'

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true'
const bucket = 'vault-tests'
const versionedBucket = 'vault-tests-with-versions'
const everything: S3Capabilities = { conditionalCreate: true, conditionalComplete: true, checksums: true }
let sandbox: Sandbox
let clientConfig: Record<string, unknown>
let admin: S3Client

beforeAll(async () => {
  sandbox = await startSandbox({ seed: 'empty' })
  const [account] = sandbox.accounts
  clientConfig = {
    region: account!.regions[0],
    credentials: { accessKeyId: account!.accessKeyId, secretAccessKey: account!.secretAccessKey },
    endpoint: sandbox.awsEndpoint,
    forcePathStyle: true,
    maxAttempts: 4,
  }
  admin = new S3Client(clientConfig)
  const location = account!.regions[0]!
  const CreateBucketConfiguration = { LocationConstraint: location as never }
  for (const Bucket of [bucket, versionedBucket]) {
    const place = location === 'us-east-1' ? {} : { CreateBucketConfiguration }
    await admin.send(new CreateBucketCommand({ Bucket, ...place }))
  }
  const VersioningConfiguration = { Status: 'Enabled' as const }
  await admin.send(new PutBucketVersioningCommand({ Bucket: versionedBucket, VersioningConfiguration }))
})

afterAll(async () => {
  admin.destroy()
  await sandbox.close()
})

function open(capabilities?: S3Capabilities, prefix: string = randomUUID()): S3Store {
  return s3Store({
    bucket,
    prefix,
    clientConfig,
    clock: jumpingClock(),
    env: {},
    ...(capabilities && { capabilities }),
  })
}

// Each key is a signed request: 1,100 are enough for a second page.
storeConformance(
  'S3 as on AWS',
  async () => {
    const store = open(everything)
    return { store, close: () => store.close() }
  },
  { listedKeys: 1100 },
)

storeConformance(
  'S3 as on an unknown server',
  async () => {
    const store = open()
    return { store, close: () => store.close() }
  },
  { listedKeys: 60 },
)

const openVersioned = async () => {
  const capabilities = everything
  const options = { bucket: versionedBucket, prefix: randomUUID(), clientConfig, capabilities, env: {} }
  const store = s3Store({ ...options, clock: jumpingClock() })
  return { store, close: () => store.close() }
}
storeConformance('S3 with versions', openVersioned, { listedKeys: 60 })
versionConformance('S3', openVersioned)

test('many large uploads at once share few buffers, also when some of them are given up', async () => {
  const store = open(everything)
  const bytes = randomBytes(9 * 1024 * 1024)
  for (let at = 0; at < 4; at++) {
    const stop = new AbortController()
    const puts = Array.from({ length: 8 }, (_, n) =>
      store.put(`${at}/${n}`, inChunks(bytes, 1 << 20), { signal: stop.signal }),
    )
    for (let turn = 0; turn < at * 20; turn++) await setImmediate()
    stop.abort()
    await Promise.allSettled(puts)
  }
  const puts = Array.from({ length: 8 }, (_, n) => store.put(`done/${n}`, inChunks(bytes, 300_000)))
  const broken = store.put('broken', breaking(9 * 1024 * 1024, new Error('gone')))
  await expect(broken).rejects.toThrow('gone')
  expect(await Promise.all(puts)).toEqual(Array(8).fill('created'))
  const back = await buffer((await store.get('done/7'))!)
  expect(back.equals(bytes)).toBe(true)
  await store.close()
})

describe('faults', () => {
  let store: S3Store
  let from: number

  beforeEach(() => {
    store = open(everything)
    from = sandbox.requestLog().length
  })

  afterEach(async () => {
    sandbox.clearFaults()
    await store.close()
    const { Uploads } = await admin.send(new ListMultipartUploadsCommand({ Bucket: bucket }))
    expect(Uploads ?? [], 'no upload is left open').toEqual([])
  })

  function fault(operation: string, kind: Fault['kind'], times?: number): void {
    sandbox.addFault({ service: 's3', operation, kind, ...(times && { times }) })
  }

  function requests(): string[] {
    return sandbox
      .requestLog()
      .slice(from)
      .map(({ operation }) => operation)
  }

  async function read(key: string): Promise<Buffer | undefined> {
    const body = await store.get(key)
    return body && (await buffer(body))
  }

  const large = randomBytes(20_000_000)
  const ifAbsent = { ifAbsent: true }

  test('a small object is one request, a large one its parts and two', async () => {
    await store.put('small', Buffer.from('x'), ifAbsent)
    expect(requests()).toEqual(['PutObject'])
    from += 1
    await store.put('large', inChunks(large, 65_536), { size: large.length })
    expect(requests().sort()).toEqual(
      ['CompleteMultipartUpload', 'CreateMultipartUpload', 'UploadPart', 'UploadPart', 'UploadPart'].sort(),
    )
  })

  test('a large object that exists costs one look', async () => {
    await store.put('large', inChunks(large, 65_536), { size: large.length })
    from = sandbox.requestLog().length
    expect(await store.put('large', inChunks(large, 65_536), { size: large.length, ...ifAbsent })).toBe(
      'exists',
    )
    expect(requests()).toEqual(['HeadObject'])
  })

  test.each([1, 4])('PutObject whose answer is lost %i times is known as our own success', async (times) => {
    fault('PutObject', 'lost-answer', times)
    expect(await store.put('root', Buffer.from('mine'), ifAbsent)).toBe('created')
    expect((await read('root'))?.toString()).toBe('mine')
  })

  test('equal bytes of somebody else are not taken for our own', async () => {
    await store.put('root', Buffer.from('same'), ifAbsent)
    expect(await store.put('root', Buffer.from('same'), ifAbsent)).toBe('exists')
  })

  test.each([1, 4])(
    'CompleteMultipartUpload whose answer is lost %i times is known as our own success',
    async (times) => {
      fault('CompleteMultipartUpload', 'lost-answer', times)
      expect(await store.put('large', inChunks(large, 65_536), { ifAbsent: true })).toBe('created')
      expect((await read('large'))?.equals(large)).toBe(true)
    },
  )

  test.each(['throttled', 'server-error', 'reset'] as const)('%s: repeated until it works', async (kind) => {
    for (const operation of ['PutObject', 'UploadPart', 'CreateMultipartUpload', 'CompleteMultipartUpload']) {
      fault(operation, kind, 1)
    }
    await store.put('small', Buffer.from('x'))
    await store.put('large', inChunks(large, 65_536), { size: large.length })
    expect((await read('large'))?.equals(large)).toBe(true)
  })

  test.each(['UploadPart', 'CompleteMultipartUpload'])(
    '%s that never works: nothing is left',
    async (operation) => {
      fault(operation, 'server-error')
      const put = store.put('large', inChunks(large, 65_536), { size: large.length })
      await expect(put).rejects.toMatchObject({ code: 'store-request-failed' })
      expect(requests()).toContain('AbortMultipartUpload')
      sandbox.clearFaults()
      expect(await collect(store.list(''))).toEqual([])
    },
  )

  test('CompleteMultipartUpload is not sent for bytes that are not accepted', async () => {
    const beforeCommit = () => {
      throw new Error('wrong hash')
    }
    await expect(store.put('large', inChunks(large, 65_536), { beforeCommit })).rejects.toThrow('wrong hash')
    await expect(store.put('large', breaking(20_000_000, new Error('cut')))).rejects.toThrow('cut')
    expect(requests()).not.toContain('CompleteMultipartUpload')
  })

  test.each(['cut-body', 'reset'] as const)('GetObject with %s: the rest is asked for', async (kind) => {
    await store.put('large', large)
    fault('GetObject', kind, 2)
    expect((await read('large'))?.equals(large)).toBe(true)
  })

  test.each([
    ['PutObject', 's3:PutObject', () => store.put('a', Buffer.from('x'))],
    ['GetObject', 's3:GetObject', () => store.get('a')],
    ['HeadObject', 's3:GetObject', () => store.head('a')],
    ['ListObjectsV2', 's3:ListBucket', () => collect(store.list(''))],
    ['DeleteObject', 's3:DeleteObject ', () => store.delete('a')],
    ['DeleteObject', 's3:DeleteObjectVersion ', () => store.deleteVersion('a', 'v'.repeat(32))],
    ['ListObjectVersions', 's3:ListBucketVersions', () => collect(store.versions(''))],
  ])('%s that is denied names its permission', async (operation, permission, call) => {
    fault(operation, 'denied')
    await expect(call()).rejects.toMatchObject({
      code: 'access-denied',
      next: expect.stringContaining(permission),
    })
  })

  test('credentials that have expired are said to', async () => {
    fault('PutObject', 'expired-token')
    await expect(store.put('a', Buffer.from('x'))).rejects.toMatchObject({ code: 'credentials-expired' })
  })
})

test('a bucket that does not exist is named, with what to do', async () => {
  const store = s3Store({ bucket: 'no-such-bucket-here', clientConfig, env: {} })
  const expected = { code: 'store-request-failed', next: expect.stringContaining('Create the bucket') }
  await expect(store.get('holdfast.json')).rejects.toMatchObject(expected)
  await expect(store.put('holdfast.json', Buffer.from('x'))).rejects.toMatchObject(expected)
  await expect(collect(store.list(''))).rejects.toMatchObject(expected)
  await store.close()
})

test('nobody listens: the endpoint is said to be unreachable', async () => {
  const store = s3Store({
    bucket,
    clientConfig: { ...clientConfig, maxAttempts: 1 },
    endpoint: 'http://127.0.0.1:9',
  })
  await expect(store.put('a', Buffer.from('x'))).rejects.toMatchObject({ code: 'endpoint-unreachable' })
  await store.close()
})

test('probe finds what the server can do, and leaves nothing', async () => {
  const store = open()
  expect(await store.probe()).toEqual(everything)
  expect(await collect(store.list(''))).toEqual([])
  await store.close()
})

test('a URL opens the same objects, whatever it was opened with', async () => {
  const prefix = `opened/${randomUUID()}`
  await open(everything, prefix).put('a/b', Buffer.from('x'))
  const endpoint = encodeURIComponent(sandbox.awsEndpoint)
  const { endpoint: _, ...others } = clientConfig
  const url = `s3://${bucket}/${prefix}/?endpoint=${endpoint}&region=${clientConfig['region']}`
  const store = await openStore(url, { clientConfig: { ...others, region: 'ap-south-1' } })
  expect((await store.head('a/b'))?.size).toBe(1)
  expect(store.url).toBe(`s3://${bucket}/${prefix}`)
  const outside = await openStore(`s3://${bucket}/${prefix.slice(0, -1)}`, { clientConfig })
  expect(await collect(outside.list(''))).toEqual([])
  await Promise.all([store.close(), outside.close()])
})
