import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { digestOf } from '../../core/digest.ts'
import { BlobStore } from '../blobs.ts'
import { issueToken } from '../ecr/token.ts'
import type { Caller, SandboxRequest } from '../http.ts'
import { type Registry, type Repository, registryOf, type World } from '../world.ts'
import { handleRegistry } from './handle.ts'

export const account = '111122223333'
export const region = 'eu-west-1'

export interface Door {
  world: World
  registry: Registry
  url: string
  /** `Basic ...` for a caller, by default the account's administrator. */
  authorization(caller?: Partial<Caller>): string
  /** A request with a good token, unless the headers say otherwise. Redirects are not followed. */
  ask(method: string, path: string, options?: AskOptions): Promise<Response>
  addRepository(name: string, settings?: Partial<Repository>): Repository
  advance(ms: number): void
  close(): Promise<void>
}

export interface AskOptions {
  headers?: Record<string, string>
  body?: string | Uint8Array | ReadableStream
}

/** The data plane alone behind a real socket, so that a test can also look at what the world remembers. */
export async function openDoor(): Promise<Door> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-door-'))
  let now = Date.parse('2026-01-01T00:00:00Z')
  const blobs = new BlobStore(join(folder, 'blobs'))
  await blobs.init()
  const state = { accounts: {}, registries: {}, buckets: {} }
  const world: World = {
    state,
    blobs,
    now: () => now,
    endpoints: { aws: 'http://127.0.0.1:9', registry: '' },
  }
  const server = await listen(world)
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  world.endpoints.registry = url
  const authorization = (caller: Partial<Caller> = {}) =>
    `Basic ${issueToken(world, { ...administrator, ...caller }).token}`
  const registry = registryOf(world, account, region)
  return {
    world,
    registry,
    url,
    authorization,
    ask: (method, path, { headers, body } = {}) =>
      fetch(url + path, {
        method,
        redirect: 'manual',
        headers: { authorization: authorization(), ...headers },
        ...(body !== undefined && { body, duplex: 'half' }),
      }),
    addRepository: (name, settings) => (registry.repositories[name] = repository(name, settings)),
    advance: (ms) => {
      now += ms
    },
    close: async () => {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
      await rm(folder, { recursive: true })
    },
  }
}

const administrator: Caller = {
  account,
  region,
  arn: `arn:aws:iam::${account}:user/admin`,
  userId: 'AIDAEXAMPLE',
  accessKeyId: 'AKIAEXAMPLE',
}

function repository(name: string, settings: Partial<Repository> = {}): Repository {
  return {
    name,
    arn: `arn:aws:ecr:${region}:${account}:repository/${name}`,
    createdAt: 0,
    mutability: 'MUTABLE',
    exclusionFilters: [],
    scanOnPush: false,
    encryption: { encryptionType: 'AES256' },
    resourceTags: {},
    images: {},
    tags: {},
    layers: {},
    uploads: {},
    ...settings,
  }
}

async function listen(world: World) {
  const server = createServer(async (incoming, outgoing) => {
    const { status, headers, body } = await handleRegistry(world, requestOf(incoming))
    outgoing.writeHead(status, headers)
    if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) outgoing.end(body)
    else await pipeline(body, outgoing)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return server
}

function requestOf(incoming: IncomingMessage): SandboxRequest {
  const [rawPath = '', rawQuery = ''] = (incoming.url ?? '').split('?')
  return {
    method: incoming.method ?? '',
    rawPath,
    path: decodeURIComponent(rawPath),
    query: new URLSearchParams(rawQuery),
    rawQuery,
    headers: incoming.headers as Record<string, string | undefined>,
    incoming,
  }
}

/** A body whose length the client does not know: it goes out in chunks. */
export function chunked(...parts: string[]): ReadableStream {
  return Readable.toWeb(Readable.from(parts.map((part) => Buffer.from(part)))) as ReadableStream
}

export const ociManifest = 'application/vnd.oci.image.manifest.v1+json'
export const ociIndex = 'application/vnd.oci.image.index.v1+json'

export interface Pushed {
  digest: string
  text: string
  descriptor: { mediaType: string; digest: string; size: number }
}

/** Uploads a blob as pushing tools do, and answers its descriptor. */
export async function pushBlob(door: Door, name: string, text: string, mediaType = 'text/plain') {
  const digest = digestOf(text)
  const opened = await door.ask('POST', `/v2/${name}/blobs/uploads/`)
  const at = new URL(opened.headers.get('location') ?? '').pathname
  await door.ask('PUT', `${at}?digest=${digest}`, { body: text })
  return { mediaType, digest, size: Buffer.byteLength(text) }
}

/** Pushes an image of one tiny layer; `more` goes into the manifest. Without a tag it goes by its digest. */
export async function pushImage(
  door: Door,
  name: string,
  { layer = 'layer', tag, more = {} }: { layer?: string; tag?: string; more?: Record<string, unknown> },
): Promise<Pushed & { response: Response }> {
  const config = await pushBlob(door, name, '{}', 'application/vnd.oci.image.config.v1+json')
  const layers = [await pushBlob(door, name, layer, 'application/vnd.oci.image.layer.v1.tar')]
  const document = { schemaVersion: 2, mediaType: ociManifest, config, layers, ...more }
  // Odd white space on purpose: these bytes must survive.
  const text = JSON.stringify(document, null, 3)
  const digest = digestOf(text)
  const response = await door.ask('PUT', `/v2/${name}/manifests/${tag ?? digest}`, {
    body: text,
    headers: { 'content-type': ociManifest },
  })
  const descriptor = { mediaType: ociManifest, digest, size: Buffer.byteLength(text) }
  return { digest, text, descriptor, response }
}

export async function errorOf(response: Response) {
  const { errors } = (await response.json()) as { errors: { code: string; message: string }[] }
  return { status: response.status, ...errors[0] }
}
