import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { openAws } from '../../src/aws/open.ts'
import type { Source } from '../../src/backup/source.ts'
import { openSource } from '../../src/backup/sources/open.ts'
import { jumpingClock } from '../../src/core/clock.ts'
import { type Digest, digestOf } from '../../src/core/digest.ts'
import { quietRun, type Run } from '../../src/core/run.ts'
import { mediaType } from '../../src/oci/media-types.ts'
import type { Target } from '../../src/restore/target.ts'
import { openTarget } from '../../src/restore/targets/open.ts'
import type { Sandbox } from '../../src/sandbox/sandbox.ts'
import { startSandbox } from '../../src/sandbox/start.ts'
import { s3Store } from '../../src/store/s3.ts'
import type { Store } from '../../src/store/store.ts'
import { silence } from './doors.ts'
import { type Below, seeded } from './world.ts'

// The real clients over real sockets, against the sandbox in this process: only the clock, the chance and the faults of
// the servers are ours.

export const bucket = 'vaults'
const sourceRegion = 'eu-west-1'
const targetRegion = 'us-east-1'

export interface Scene {
  sandbox: Pick<Sandbox, 'addFault' | 'clearFaults' | 'faultsMet' | 'requestLog'>
  /** Clients of one seed: how they see the world begins anew. */
  open(region?: 'source' | 'target'): Promise<Doors>
  close(): Promise<void>
}

export interface Doors {
  run: Run
  clock: ReturnType<typeof jumpingClock>
  source: Source
  target: Target
  store(prefix: string): Store
  /** The most often that the SDK sent one request. */
  mostTries(): number
  close(): Promise<void>
}

/** A registry of three repositories: shared layers, an index, a referrer, a tag that two images had. */
export async function openScene(): Promise<Scene> {
  const sandbox = await startSandbox({ seed: 'empty' })
  const ticking = setInterval(silencer(sandbox), 3)
  const scene: Scene = {
    sandbox,
    open: (region = 'source') => openDoors(sandbox, region === 'source' ? sourceRegion : targetRegion),
    close: async () => {
      clearInterval(ticking)
      await sandbox.close()
    },
  }
  const doors = await scene.open()
  await fill(doors.target, doors.run, seeded(1))
  await doors.close()
  const s3 = new S3Client(clientOf(sandbox))
  await s3.send(new CreateBucketCommand({ Bucket: bucket }))
  s3.destroy()
  return scene
}

/** Ticks after which a minute has passed: several times, because who waits may not have begun to. */
const minutes = new Set([2, 8, 32, 128, 512])

/** A minute passes soon after a server has gone silent. */
function silencer(sandbox: Sandbox): () => void {
  let seen = 0
  let ticks = Number.POSITIVE_INFINITY
  return () => {
    if (minutes.has(ticks++)) silence()
    const met = sandbox.faultsMet()
    for (; seen < met.length; seen++) if (met[seen]?.kind === 'stall') ticks = 0
  }
}

function clientOf({ awsEndpoint, accounts }: Sandbox, region = sourceRegion) {
  const { accessKeyId, secretAccessKey } = accounts[0]!
  return {
    region,
    endpoint: awsEndpoint,
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
  }
}

async function openDoors(sandbox: Sandbox, region: string): Promise<Doors> {
  const clock = jumpingClock(new Date())
  const run = quietRun({ clock })
  const { endpoint, credentials } = clientOf(sandbox)
  const settings = { region, endpoint, registryEndpoint: sandbox.registryEndpoint, credentials }
  const aws = await openAws(settings, { env: {}, clock: run.clock })
  const tries = new Map<string, number>()
  const config = aws.clientConfig
  // Every request of the SDK names its call and carries it through all tries.
  aws.clientConfig = (service) => {
    const given = config(service) as { requestHandler: Handler }
    const inner = given.requestHandler
    const handle: Handler['handle'] = (request, options) => {
      const call = request.headers['amz-sdk-invocation-id'] ?? ''
      tries.set(call, (tries.get(call) ?? 0) + 1)
      return inner.handle(request, options)
    }
    return { ...given, requestHandler: { ...inner, handle } }
  }
  const source = await openSource({ kind: 'ecr' }, { aws }, run)
  const target = await openTarget({ kind: 'ecr' }, { aws }, run)
  return {
    run,
    clock,
    source,
    target,
    store: (prefix) => s3Store({ bucket, prefix, clock: run.clock, clientConfig: aws.clientConfig('s3') }),
    mostTries: () => Math.max(0, ...tries.values()),
    close: async () => {
      await Promise.all([source.close(), target.close()])
      aws.close()
    },
  }
}

interface Handler {
  handle(request: { headers: Record<string, string> }, options?: unknown): Promise<unknown>
}

/** What every scene has in its registry at first. */
export async function fill(target: Target, run: Run, random: Below): Promise<void> {
  const base = bytesOf(random, 3000)
  for (const name of ['shop/api', 'shop/web', 'tools']) {
    await target.createRepository(name, {}, run.signal)
    const images: Digest[] = []
    for (let n = 0; n < 3; n++) {
      const layers = [base, bytesOf(random, 1000 + random(30_000))]
      images.push(await putImage(target, run, { name, layers, n, tag: `v${n % 2}` }))
    }
    if (name !== 'shop/api') continue
    const index = { schemaVersion: 2, mediaType: mediaType.ociIndex, manifests: images.map(asChild) }
    const digest = await putManifest(target, run, {
      name,
      document: index,
      type: mediaType.ociIndex,
      tag: 'latest',
    })
    await putImage(target, run, { name, layers: [bytesOf(random, 500)], n: 9, subject: digest })
  }
}

const sizes = new Map<Digest, number>()
const asChild = (digest: Digest) => ({ mediaType: mediaType.ociManifest, digest, size: sizes.get(digest) })

async function putImage(
  target: Target,
  run: Run,
  image: { name: string; layers: Buffer[]; n: number; tag?: string; subject?: Digest },
): Promise<Digest> {
  const { name, layers, n, tag, subject } = image
  const blobs = [Buffer.from(JSON.stringify({ architecture: 'amd64', os: 'linux', n })), ...layers]
  for (const bytes of blobs) {
    await target.putBlob(name, digestOf(bytes), bytes.length, Readable.from([bytes]), run.signal)
  }
  const [config, ...rest] = blobs.map((bytes) => ({ digest: digestOf(bytes), size: bytes.length }))
  const document = {
    schemaVersion: 2,
    mediaType: mediaType.ociManifest,
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...config },
    layers: rest.map((layer) => ({ mediaType: 'application/vnd.oci.image.layer.v1.tar', ...layer })),
    ...(subject && { subject: { ...asChild(subject), mediaType: mediaType.ociIndex } }),
  }
  return putManifest(target, run, { name, document, type: mediaType.ociManifest, ...(tag && { tag }) })
}

async function putManifest(
  target: Target,
  run: Run,
  { name, document, type, tag }: { name: string; document: object; type: string; tag?: string },
): Promise<Digest> {
  const bytes = Buffer.from(JSON.stringify(document))
  const digest = digestOf(bytes)
  sizes.set(digest, bytes.length)
  await target.putManifest(name, { digest, mediaType: type, bytes, ...(tag && { tag }) }, run.signal)
  return digest
}

function bytesOf(random: Below, length: number): Buffer {
  const block = createHash('sha512')
    .update(String(random(2 ** 31)))
    .digest()
  return Buffer.alloc(length, block)
}
