import { randomBytes } from 'node:crypto'
import type { Server } from 'node:http'
import { routeAws } from './aws-door.ts'
import { BlobStore } from './blobs.ts'
import { holdReplication, releaseReplication } from './ecr/replication/hold.ts'
import { StateFolder } from './persistence.ts'
import { routeRegistry } from './registry-door.ts'
import type { Sandbox, SandboxAccount, SandboxOptions } from './sandbox.ts'
import { seeds } from './seed/index.ts'
import { House, portOf } from './server.ts'
import type { World, WorldState } from './world.ts'

/** Starts the simulated AWS on 127.0.0.1. Whoever starts it closes it. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const folder = await StateFolder.open(options.stateDir)
  const servers: Server[] = []
  try {
    const world = await worldOf(folder, options)
    const house = new House(world, () => folder.saveSoon(world.state))
    const aws = await house.open(routeAws, options.awsPort ?? 0)
    servers.push(aws)
    const registry = await house.open(routeRegistry, options.registryPort ?? 0)
    servers.push(registry)
    world.endpoints.aws = `http://127.0.0.1:${portOf(aws)}`
    world.endpoints.registry = `http://127.0.0.1:${portOf(registry)}`
    return handleOf(house, folder, servers)
  } catch (error) {
    await shut(servers)
    await folder.discard()
    throw error
  }
}

/** What was saved in the folder, else what the seed makes. */
async function worldOf(folder: StateFolder, options: SandboxOptions): Promise<World> {
  const { seed = 'demo', now, enforceIam = false } = options
  const saved = await folder.load()
  const world: World = {
    state: saved ?? freshState(),
    blobs: new BlobStore(folder.blobs),
    now: now ? () => now().getTime() : Date.now,
    endpoints: { aws: '', registry: '' },
    enforceIam,
  }
  await world.blobs.init()
  if (saved) return world
  await seeds[seed](world)
  await folder.save(world.state)
  return world
}

function freshState(): WorldState {
  return { accounts: {}, registries: {}, buckets: {}, secret: randomBytes(32).toString('hex') }
}

function handleOf(house: House, folder: StateFolder, servers: Server[]): Sandbox {
  const { world, faults, log, met } = house
  let closing: Promise<void> | undefined
  const close = async () => {
    await shut(servers)
    await house.quiet()
    await folder.close(world.state)
  }
  return {
    awsEndpoint: world.endpoints.aws,
    registryEndpoint: world.endpoints.registry,
    accounts: accountsOf(world.state),
    addFault: (fault) => faults.add(fault),
    clearFaults: () => faults.clear(),
    holdReplication: () => holdReplication(world),
    releaseReplication: () => releaseReplication(world),
    enforceIam: (on) => {
      world.enforceIam = on
    },
    requestLog: () => log,
    faultsMet: () => met,
    close: () => (closing ??= close()),
  }
}

/** The first long-term key of each account. */
function accountsOf(state: WorldState): SandboxAccount[] {
  return Object.values(state.accounts).flatMap(({ id, keys, regions }) => {
    const key = Object.values(keys).find((each) => each.sessionToken === undefined)
    return key ? [{ id, accessKeyId: key.accessKeyId, secretAccessKey: key.secretAccessKey, regions }] : []
  })
}

async function shut(servers: Server[]): Promise<void> {
  const closed = servers.map((server) => new Promise<void>((done) => server.close(() => done())))
  for (const server of servers) server.closeAllConnections()
  await Promise.all(closed)
}
