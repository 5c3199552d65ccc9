import { randomUUID } from 'node:crypto'
import {
  CreateBucketCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fill } from '../../bench/fill.ts'
import { storeConformance } from '../../src/store/conformance.ts'
import { openStore } from '../../src/store/open.ts'
import { versionConformance } from '../../src/store/versions/conformance.ts'
import { holdfast } from './holdfast.ts'
import { describeWith } from './programs.ts'
import { type CephRgw, startCephRgw } from './servers/ceph-rgw.ts'
import { startDockerRegistry } from './servers/docker-registry.ts'
import { type RunningSandbox, startSandboxProcess } from './servers/sandbox.ts'

interface S3Server {
  endpoint: string
  region: string
  credentials: { accessKeyId: string; secretAccessKey: string }
}

/** A store in a bucket, under a prefix that nothing else uses. */
async function open(server: S3Server, bucket: string) {
  const { region, credentials } = server
  const store = await openStore(`s3://${bucket}/${randomUUID()}?endpoint=${server.endpoint}`, {
    clientConfig: { region, credentials },
  })
  return { store, close: () => store.close() }
}

function clientOf({ endpoint, region, credentials }: S3Server): S3Client {
  return new S3Client({ endpoint, region, credentials, forcePathStyle: true })
}

async function makeBucket(server: S3Server, bucket: string): Promise<void> {
  const client = clientOf(server)
  await client.send(new CreateBucketCommand({ Bucket: bucket }))
  client.destroy()
}

/** One whose objects keep their versions. */
async function makeVersionedBucket(server: S3Server, bucket: string): Promise<void> {
  await makeBucket(server, bucket)
  const client = clientOf(server)
  const VersioningConfiguration = { Status: 'Enabled' as const }
  await client.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }))
  client.destroy()
}

describe('the S3 store on the sandbox', () => {
  let sandbox: RunningSandbox
  const server = () => ({ ...sandbox, endpoint: sandbox.awsEndpoint })
  beforeAll(async () => {
    sandbox = await startSandboxProcess()
    await makeBucket(server(), 'holdfast-store')
  })
  afterAll(() => sandbox?.stop())

  storeConformance('S3 of the sandbox', () => open(server(), 'holdfast-store'), { listedKeys: 1100 })
})

const programs = ['radosgw', 'ceph-mon', 'ceph-osd', 'ceph', 'radosgw-admin', 'docker-registry']

describeWith(programs, 'the S3 store on Ceph', () => {
  let ceph: CephRgw
  beforeAll(async () => {
    ceph = await startCephRgw()
    await makeBucket(ceph, 'holdfast-store')
    await makeVersionedBucket(ceph, 'holdfast-versions')
  })
  afterAll(() => ceph?.stop())

  storeConformance('S3 of Ceph RGW', () => open(ceph, 'holdfast-store'), {
    listedKeys: 1100,
    // RGW 16 ignores If-None-Match when it completes a multipart upload.
    largeRaceHasOneWinner: false,
  })

  const versions = () => open(ceph, 'holdfast-versions')
  // RGW 16 ignores If-None-Match in a bucket that keeps versions. The vault notices: a prune needs --offline there.
  versionConformance('S3 of Ceph RGW', versions, { conditionalCreate: false })

  test.each(['holdfast-store', 'holdfast-versions'])(
    'a prune of a vault in %s frees what it says',
    async (bucket) => {
      const source = await startDockerRegistry()
      const prefix = randomUUID()
      const vault = ['--vault', `s3://${bucket}/${prefix}?endpoint=${ceph.endpoint}`]
      try {
        for (const layer of ['one', 'two', 'three']) {
          const images = [{ repository: 'shop/api', tag: 'latest', layers: ['base', layer] }]
          await fill({ name: 'small', title: '', layerBytes: () => 100_000, images }, { url: source.url })
          expect(await holdfast(['backup', `oci://${source.host}`, ...vault], envOf(ceph))).toMatchObject({
            complete: true,
          })
        }
        const before = await bytesUnder(ceph, bucket, prefix)
        const mode = bucket === 'holdfast-store' ? '--revoke' : '--offline'
        const rule = ['--keep-last', '1', '--grace', '0', mode, ...vault]
        const report = await holdfast<{ bytesFreed: number }>(['prune', ...rule], envOf(ceph))
        expect(report).toMatchObject({ ok: true, forgotten: [{}, {}], verified: { problems: 0 } })
        const after = await bytesUnder(ceph, bucket, prefix)
        // Roots, claims and reports are freed as well.
        expect(before.bytes - after.bytes).toBeGreaterThanOrEqual(report.bytesFreed)
        expect(report.bytesFreed).toBeGreaterThan(200_000)
        expect(after.hidden).toEqual([])
        expect(await holdfast(['verify', '--data', ...vault], envOf(ceph))).toMatchObject({ ok: true })
      } finally {
        await source.stop()
      }
    },
  )

  test('a vault on Ceph takes a backup, verifies, and fills an empty registry', async () => {
    const [source, empty] = [await startDockerRegistry(), await startDockerRegistry()]
    const images = ['v1', 'v2'].map((tag) => ({ repository: 'shop/api', tag, layers: ['base', tag] }))
    await fill({ name: 'small', title: '', layerBytes: () => 9_000_000, images }, { url: source.url })
    const env = envOf(ceph)
    const vault = ['--vault', `s3://holdfast-store/vault?endpoint=${ceph.endpoint}`]
    try {
      const report = await holdfast(['backup', `oci://${source.host}`, ...vault], env)
      expect(report).toMatchObject({ complete: true, repositories: 1, tags: 2, manifests: 2 })
      expect(await holdfast(['verify', '--data', ...vault], env)).toMatchObject({ ok: true })
      await holdfast(['restore', 'latest', '--to', `oci://${empty.host}`, ...vault], env)
      for (const { tag } of images) {
        expect(await digest(empty.url, tag)).toBe(await digest(source.url, tag))
      }
    } finally {
      await source.stop()
      await empty.stop()
    }
  })
})

function envOf({ credentials, region }: S3Server): Record<string, string> {
  return {
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_REGION: region,
  }
}

/** Of all versions together, and the keys of what is not current; the vault's own probe at its creation aside. */
async function bytesUnder(server: S3Server, bucket: string, prefix: string) {
  const client = clientOf(server)
  const found = await client.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: `${prefix}/` }))
  client.destroy()
  expect(found.IsTruncated).toBeFalsy()
  const all = [
    ...(found.Versions ?? []),
    ...(found.DeleteMarkers ?? []).map((each) => ({ ...each, Size: 0, marker: true })),
  ]
  const hidden = all.filter((each) => 'marker' in each || !each.IsLatest).map(({ Key = '' }) => Key)
  return {
    bytes: all.reduce((sum, { Size = 0 }) => sum + Size, 0),
    hidden: hidden.filter((key) => !key.includes('/runs/probe-')),
  }
}

async function digest(url: string, tag: string): Promise<string | null> {
  const accept = 'application/vnd.oci.image.manifest.v1+json'
  const answer = await fetch(`${url}/v2/shop/api/manifests/${tag}`, { method: 'HEAD', headers: { accept } })
  expect(answer.status).toBe(200)
  return answer.headers.get('docker-content-digest')
}
