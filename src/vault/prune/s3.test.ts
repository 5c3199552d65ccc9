import { randomUUID } from 'node:crypto'
import { CreateBucketCommand, PutBucketVersioningCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Clock, systemClock } from '../../core/clock.ts'
import type { Sandbox } from '../../sandbox/sandbox.ts'
import { startSandbox } from '../../sandbox/start.ts'
import { s3Store } from '../../store/s3.ts'
import type { Store } from '../../store/store.ts'
import { codeOf, crashing, endsWell, hooked, landsLate, options, scene } from './crash.fixture.ts'
import { prune } from './prune.ts'

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true'

/** The searches of crash.test.ts and versions.test.ts at fewer points, in S3 as the sandbox serves it. */
let sandbox: Sandbox
let time: Clock = systemClock
const opened: Store[] = []

function clientConfig() {
  const [account] = sandbox.accounts
  const { accessKeyId = '', secretAccessKey = '' } = account ?? {}
  return {
    region: 'us-east-1',
    endpoint: sandbox.awsEndpoint,
    credentials: { accessKeyId, secretAccessKey },
    forcePathStyle: true,
    // The bucket's clock is the test's, and requests are signed for it.
    systemClockOffset: time.now().getTime() - Date.now(),
  }
}

beforeAll(async () => {
  sandbox = await startSandbox({ seed: 'empty', now: () => time.now() })
  const admin = new S3Client(clientConfig())
  for (const Bucket of ['plain', 'versioned']) await admin.send(new CreateBucketCommand({ Bucket }))
  const VersioningConfiguration = { Status: 'Enabled' as const }
  await admin.send(new PutBucketVersioningCommand({ Bucket: 'versioned', VersioningConfiguration }))
  admin.destroy()
})

afterEach(async () => {
  for (const store of opened.splice(0)) await store.close()
})

afterAll(() => sandbox.close())

const inBucket = (bucket: string) => (clock: Clock) => {
  time = clock
  const capabilities = { conditionalCreate: true, conditionalComplete: true, checksums: true }
  const store = s3Store({ bucket, prefix: randomUUID(), clientConfig: clientConfig(), capabilities, clock })
  opened.push(store)
  return store
}

const every = { plain: 20, versioned: 12 }

describe.each(['plain', 'versioned'] as const)('in a %s bucket', (bucket) => {
  test.each(['before', 'after', 'lost'] as const)(
    'a prune that stops %s some of its writes leaves whole snapshots, and a list that the next prune finishes',
    async (kind) => {
      for (let nth = 0; ; nth += every[bucket]) {
        const at = await scene(inBucket(bucket))
        const { seen, hook } = crashing(nth, kind)
        await codeOf(prune(at.over(hooked(at.store, hook)), options, at.run))
        if (!seen.happened) return expect(nth).toBeGreaterThan(10)
        await endsWell(at)
      }
    },
  )

  test('a dry run and a prune say the same, and nothing of theirs is left', async () => {
    const { vault, run, store } = await scene(inBucket(bucket))
    const dry = await prune(vault, { ...options, dryRun: true }, run)
    const report = await prune(vault, options, run)
    expect(report).toMatchObject({ ok: true, blobsDeleted: 3, forgotten: [{}], verified: { problems: 0 } })
    expect(report.bytesFreed).toBe(dry.bytesCondemned)
    for await (const each of store.versions!('')) {
      expect(each.key).not.toMatch(/^gc/)
      // The probe of the vault's creation.
      if (!each.key.startsWith('runs/probe-')) expect(each).toMatchObject({ latest: true, marker: false })
    }
  })
})

test('a delete that lands late takes nothing with it where versions are kept', async () => {
  for (let nth = 0; nth < 3; nth++)
    expect(await landsLate(await scene(inBucket('versioned')), nth)).toBe('whole')
})
