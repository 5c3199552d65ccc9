import { writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { CreateRepositoryCommand, ECRClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr'
import { findProgram } from '../test/real/find-program.ts'
import { startDockerRegistry } from '../test/real/servers/docker-registry.ts'
import { fill } from './fill.ts'
import type { Traffic } from './measure.ts'
import type { SetPlan } from './sets.ts'

/** A registry that holds one set, and how the programs reach it. */
export interface BenchRegistry {
  title: string
  host: string
  /** Distinct bytes of the set. */
  bytes: number
  /** Credentials for every program, where the registry wants any. */
  env: Record<string, string>
  traffic(): Promise<Traffic>
  stop(): Promise<void>
}

export async function openFilled(set: SetPlan, scratch: string): Promise<BenchRegistry> {
  return findProgram('docker-registry') ? await dockerRegistry(set, scratch) : await sandbox(set, scratch)
}

async function dockerRegistry(set: SetPlan, scratch: string): Promise<BenchRegistry> {
  const registry = await startDockerRegistry({ folder: join(scratch, 'registry') })
  const { bytes } = await fill(set, { url: registry.url })
  return {
    title: 'docker-registry (Debian)',
    host: registry.host,
    bytes,
    env: {},
    traffic: async () => {
      // The registry writes a line just after its answer.
      await wait(50)
      return countLog(await readFile(registry.accessLog, 'latin1'))
    },
    stop: () => registry.stop(),
  }
}

/** Lines of the log: `127.0.0.1 - - [date] "GET /v2/... HTTP/1.1" 200 1234 "" "agent"`. */
function countLog(log: string): Traffic {
  const counted = { requests: 0, contentRequests: 0, receivedBytes: 0 }
  for (const [, call = '', status, bytes] of log.matchAll(/"([A-Z]+ \S+) HTTP\/[\d.]+" (\d+) (\d+)/g)) {
    counted.requests++
    if (isContent(call) && status === '200') counted.contentRequests++
    counted.receivedBytes += Number(bytes)
  }
  return counted
}

/** A plain registry's listing names tags only; asking for a tag's digest by HEAD moves no content. */
const isContent = (call: string) => /^GET .*\/(manifests|blobs)\//.test(call)

async function sandbox(set: SetPlan, scratch: string): Promise<BenchRegistry> {
  const { startSandbox } = await import('../src/sandbox/start.ts')
  const running = await startSandbox({ seed: 'empty' })
  const account = running.accounts[0]
  if (!account) throw new Error('the sandbox has no account')
  const ecr = new ECRClient({
    endpoint: running.awsEndpoint,
    region: account.regions[0] ?? 'us-east-1',
    credentials: account,
  })
  for (const repositoryName of new Set(set.images.map(({ repository }) => repository))) {
    await ecr.send(new CreateRepositoryCommand({ repositoryName }))
  }
  const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}))
  const token = authorizationData?.[0]?.authorizationToken ?? ''
  const { bytes } = await fill(set, { url: running.registryEndpoint, authorization: `Basic ${token}` })
  const host = new URL(running.registryEndpoint).host
  return {
    title: "Holdfast's sandbox",
    host,
    bytes,
    env: credentials(host, token, scratch),
    traffic: async () => {
      const log = running.requestLog().filter((entry) => entry.service === 'registry')
      const content = log.filter((entry) => isContent(entry.operation))
      return { requests: log.length, contentRequests: content.length, receivedBytes: 0 }
    },
    stop: () => running.close(),
  }
}

/** One file in Docker's format for skopeo, crane and oras; Holdfast's own variables beside it. */
function credentials(host: string, token: string, scratch: string): Record<string, string> {
  const file = join(scratch, 'config.json')
  writeFileSync(file, JSON.stringify({ auths: { [host]: { auth: token } } }))
  const [username = '', password = ''] = Buffer.from(token, 'base64').toString('utf8').split(':')
  return {
    REGISTRY_AUTH_FILE: file,
    DOCKER_CONFIG: scratch,
    HOLDFAST_REGISTRY_USERNAME: username,
    HOLDFAST_REGISTRY_PASSWORD: password,
  }
}
