import { randomUUID } from 'node:crypto'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe } from 'vitest'
import { storeConformance } from '../../src/store/conformance.ts'
import { openStore } from '../../src/store/open.ts'
import { describeWith } from './programs.ts'
import { type CephRgw, startCephRgw } from './servers/ceph-rgw.ts'
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

describeWith(['radosgw', 'ceph-mon', 'ceph-osd', 'ceph', 'radosgw-admin'], 'the S3 store on Ceph', () => {
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
})
