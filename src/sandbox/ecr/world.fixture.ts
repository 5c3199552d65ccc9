import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { digestOf } from '../../core/digest.ts'
import { BlobStore } from '../blobs.ts'
import type { Caller } from '../http.ts'
import { type KmsKeyState, type Registry, type Repository, registryOf, type World } from '../world.ts'
import { repositoryOf } from './find-repository.ts'
import { addLayer } from './layer-store.ts'

export const account = '111122223333'
export const region = 'eu-west-1'

export interface WorldFixture {
  world: World
  caller: Caller
  registry: Registry
  repository(name: string): Repository
  /** Moves the time forward. */
  pass(milliseconds: number): void
  dispose(): Promise<void>
}

/** A world with one account and one customer key, in a temp folder, whose clock stands still. */
export async function makeWorld(): Promise<WorldFixture> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-ecr-'))
  const blobs = new BlobStore(folder)
  await blobs.init()
  let now = Date.parse('2026-03-01T00:00:00Z')
  const key = customerKey(now)
  const world: World = {
    state: {
      accounts: {
        [account]: {
          id: account,
          keys: {},
          roles: {},
          kmsKeys: { [`${region}/${key.keyId}`]: key },
          regions: [region],
        },
      },
      registries: {},
      buckets: {},
    },
    blobs,
    now: () => now,
    endpoints: { aws: 'http://127.0.0.1:1', registry: 'http://127.0.0.1:2' },
  }
  const registry = registryOf(world, account, region)
  return {
    world,
    caller: {
      account,
      region,
      arn: `arn:aws:iam::${account}:user/tester`,
      userId: 'AIDA',
      accessKeyId: 'AKIA',
    },
    registry,
    repository: (name) => repositoryOf(registry, name),
    pass: (milliseconds) => {
      now += milliseconds
    },
    dispose: () => rm(folder, { recursive: true, force: true }),
  }
}

export const keyId = '11111111-2222-3333-4444-555555555555'

function customerKey(createdAt: number): KmsKeyState {
  return {
    keyId,
    arn: `arn:aws:kms:${region}:${account}:key/${keyId}`,
    region,
    manager: 'CUSTOMER',
    state: 'Enabled',
    aliases: ['alias/registry'],
    createdAt,
    description: 'for tests',
  }
}

/** Puts content into a repository as a layer and answers its digest. */
export async function plantLayer(world: World, repository: Repository, content: string): Promise<string> {
  const { handle } = await world.blobs.write(Readable.from([Buffer.from(content)]))
  const digest = digestOf(content)
  await addLayer(world, repository, { digest, handle })
  return digest
}

/** An image manifest of one config and some layers, with their blobs planted. */
export async function plantImage(
  world: World,
  repository: Repository,
  { layers = ['layer'], more = {} }: { layers?: string[]; more?: Record<string, unknown> } = {},
): Promise<string> {
  const config = JSON.stringify({ layers, more })
  for (const content of [config, ...layers]) await plantLayer(world, repository, content)
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: ociManifest,
    config: describe('application/vnd.oci.image.config.v1+json', config),
    layers: layers.map((layer) => describe('application/vnd.oci.image.layer.v1.tar', layer)),
    ...more,
  })
}

export const ociManifest = 'application/vnd.oci.image.manifest.v1+json'
export const ociIndex = 'application/vnd.oci.image.index.v1+json'

export function indexOf(manifests: string[]): string {
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: ociIndex,
    manifests: manifests.map((text) => describe(ociManifest, text)),
  })
}

export function describe(mediaType: string, content: string) {
  return { mediaType, digest: digestOf(content), size: Buffer.byteLength(content) }
}
