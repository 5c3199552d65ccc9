import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { routeAws } from '../../src/sandbox/aws-door.ts'
import { storeImage } from '../../src/sandbox/ecr/store-image.ts'
import { routeRegistry } from '../../src/sandbox/registry-door.ts'
import { seedEmpty } from '../../src/sandbox/seed/index.ts'
import { House, portOf } from '../../src/sandbox/server.ts'
import type { Registry, World } from '../../src/sandbox/world.ts'
import { GeneratedBlobs } from './blobs.ts'
import { plannedImage, repositoryName, wholeFleet } from './plan.ts'
import { holdBlobs, plantFleet } from './plant.ts'

/**
 * The sandbox with a generated registry, as a process of its own: its memory is not that of what is measured.
 * Its parent asks by messages; nothing is saved.
 */
export type HostQuestion = 'open' | 'push' | 'requests' | 'close'

export type HostAnswer = { env: Record<string, string> } | { requests: Record<string, number> }

const folder = mkdtempSync(join(tmpdir(), 'holdfast-scale-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
process.once('disconnect', () => process.exit(1))

const blobs = new GeneratedBlobs(folder)
const world: World = {
  state: { accounts: {}, registries: {}, buckets: {}, secret: 'the bench has no secrets' },
  ...{ blobs, now: Date.now, endpoints: { aws: '', registry: '' } },
}
const house = new House(world, () => undefined)
const registry = await open()
let pushes = 0

process.on('message', (question: HostQuestion) => {
  if (question === 'close') process.exit(0)
  if (question === 'push') push(registry)
  process.send?.(question === 'open' ? { env: environment() } : { requests: requests() })
})
process.send?.('ready')

async function open(): Promise<Registry> {
  await seedEmpty(world)
  const aws = await house.open(routeAws, 0)
  const doors = await house.open(routeRegistry, 0)
  world.endpoints.aws = `http://127.0.0.1:${portOf(aws)}`
  world.endpoints.registry = `http://127.0.0.1:${portOf(doors)}`
  return plantFleet(world, blobs, wholeFleet)
}

function environment(): Record<string, string> {
  const key = Object.values(world.state.accounts[registry.account]?.keys ?? {})[0]
  return {
    AWS_ENDPOINT_URL: world.endpoints.aws,
    HOLDFAST_REGISTRY_ENDPOINT: world.endpoints.registry,
    AWS_ACCESS_KEY_ID: key?.accessKeyId ?? '',
    AWS_SECRET_ACCESS_KEY: key?.secretAccessKey ?? '',
    AWS_REGION: registry.region,
  }
}

/** A new release of one image in the middle of the fleet. */
function push({ repositories }: Registry): void {
  const at = Math.floor(wholeFleet.repositories / 2) + 2
  const repository = repositories[repositoryName(at)]
  if (!repository) throw new Error('no such repository')
  const image = plannedImage(at, 1_000_000 + pushes++, 'amd64')
  holdBlobs(blobs, repository, image)
  storeImage(world, registry, repository, { bytes: Buffer.from(image.text), tag: `2.${pushes}.0` })
}

/** What was served since somebody asked last. */
function requests(): Record<string, number> {
  const counted: Record<string, number> = {}
  for (const { service, operation } of house.log.splice(0)) {
    const name = `${service}:${operation}`
    counted[name] = (counted[name] ?? 0) + 1
  }
  return counted
}
