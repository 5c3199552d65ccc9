import { randomUUID } from 'node:crypto'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fill } from '../../bench/fill.ts'
import { storeConformance } from '../../src/store/conformance.ts'
import { openStore } from '../../src/store/open.ts'
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

async function makeBucket(server: S3Server, bucket: string): Promise<void> {
  const { endpoint, region, credentials } = server
  const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true })
  await client.send(new CreateBucketCommand({ Bucket: bucket }))
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
  })
  afterAll(() => ceph?.stop())

  storeConformance('S3 of Ceph RGW', () => open(ceph, 'holdfast-store'), {
    listedKeys: 1100,
    // RGW 16 ignores If-None-Match when it completes a multipart upload.
    largeRaceHasOneWinner: false,
  })

  test('a vault on Ceph takes a backup, verifies, and fills an empty registry', async () => {
    const [source, empty] = [await startDockerRegistry(), await startDockerRegistry()]
    const images = ['v1', 'v2'].map((tag) => ({ repository: 'shop/api', tag, layers: ['base', tag] }))
    await fill({ name: 'small', title: '', layerBytes: () => 9_000_000, images }, { url: source.url })
    const env = {
      AWS_ACCESS_KEY_ID: ceph.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: ceph.credentials.secretAccessKey,
      AWS_REGION: ceph.region,
    }
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

async function digest(url: string, tag: string): Promise<string | null> {
  const accept = 'application/vnd.oci.image.manifest.v1+json'
  const answer = await fetch(`${url}/v2/shop/api/manifests/${tag}`, { method: 'HEAD', headers: { accept } })
  expect(answer.status).toBe(200)
  return answer.headers.get('docker-content-digest')
}
