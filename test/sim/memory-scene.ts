import { Readable } from 'node:stream'
import { MemoryRegistry } from '../../src/backup/memory-registry.fixture.ts'
import type { Source } from '../../src/backup/source.ts'
import { jumpingClock } from '../../src/core/clock.ts'
import { type ErrorCode, HoldfastError } from '../../src/core/errors.ts'
import { quietRun } from '../../src/core/run.ts'
import type { Target } from '../../src/restore/target.ts'
import { FaultBook, type FaultKind } from '../../src/sandbox/faults.ts'
import { fill, type Scene } from './scene.ts'
import { seeded } from './world.ts'

// The same scene without sockets: a fault is what is left of it when a client has tried in vain. A hundred times as fast,
// and a seed replays to the byte.

const codeOf: Partial<Record<FaultKind, ErrorCode>> = {
  throttled: 'aws-request-failed',
  reset: 'endpoint-unreachable',
  denied: 'access-denied',
  'expired-token': 'credentials-expired',
}

type Met = ReturnType<Scene['sandbox']['faultsMet']>[number]

export async function openMemoryScene(): Promise<Scene> {
  const clock = jumpingClock()
  const run = quietRun({ clock })
  const [registry, other] = ['oci-source', 'oci-target'].map((key) => new MemoryRegistry(key)) as [
    MemoryRegistry,
    MemoryRegistry,
  ]
  for (const each of [registry, other]) each.now = () => clock.now()
  await fill(registry.target(), run, seeded(1))
  const book = new FaultBook()
  const met: Met[] = []
  const meet = (service: string, operation: string): FaultKind | undefined => {
    const kind = book.take(service, [operation])
    if (kind) met.push({ service, operation, kind })
    if (kind === 'stall') clock.advance(60_000)
    return kind
  }
  return {
    sandbox: {
      addFault: (fault) => book.add(fault),
      clearFaults: () => book.clear(),
      faultsMet: () => met,
      requestLog: () => [],
    },
    open: async (region = 'source') => ({
      run,
      clock,
      source: troubledSource(registry.source(), meet),
      target: troubledTarget((region === 'source' ? registry : other).target(), meet),
      store: () => {
        throw new Error('There are no buckets here.')
      },
      mostTries: () => 1,
      close: async () => {},
    }),
    close: async () => {},
  }
}

type Meet = (service: string, operation: string) => FaultKind | undefined

/** `credentials-expired` ends a run; as one answer among many it would end nearly all of them. */
function refusal(kind: FaultKind, what: string): HoldfastError {
  const code = codeOf[kind] ?? 'registry-request-failed'
  return new HoldfastError(code, { what: `${what}: ${kind}, four times.`, next: 'Run it again.' })
}

async function around<T>(meet: Meet, [service, what]: [string, string], work: () => Promise<T>): Promise<T> {
  const kind = meet(service, what)
  if (kind && kind !== 'lost-answer') throw refusal(kind, what)
  const answer = await work()
  if (kind) throw refusal(kind, what)
  return answer
}

function troubledSource(source: Source, meet: Meet): Source {
  const api = <T>(what: string, work: () => Promise<T>) => around(meet, ['ecr', what], work)
  return {
    identity: source.identity,
    repositories: async function* (signal) {
      await api('repositories', async () => {})
      yield* source.repositories(signal)
    },
    images: (name, signal) => api(`images of ${name}`, () => source.images(name, signal)),
    settings: (name, signal) => api(`settings of ${name}`, () => source.settings(name, signal)),
    registrySettings: (signal) => api('registry settings', () => source.registrySettings(signal)),
    manifests: async function* (name, wanted, signal) {
      await api(`manifests of ${name}`, async () => {})
      for await (const answer of source.manifests(name, wanted, signal)) {
        const kind = meet('ecr', 'manifest')
        if (kind === 'cut-body') throw refusal(kind, `manifest ${answer.digest}`)
        if (kind) yield { digest: answer.digest, code: 'registry-request-failed', reason: kind }
        else yield answer
      }
    },
    blob: async (name, digest, from, signal) => {
      const kind = meet('s3', 'GetLayer')
      const body = await source.blob(name, digest, from, signal)
      if (kind === undefined) return body
      if (kind !== 'cut-body' && kind !== 'flip-byte' && kind !== 'lost-answer' && kind !== 'unavailable') {
        body.destroy()
        throw refusal(kind, `blob ${digest}`)
      }
      const bytes = Buffer.concat(await body.toArray())
      if (kind === 'unavailable')
        return Readable.from([bytes, Buffer.from('and more')], { objectMode: false })
      return kind === 'flip-byte' ? flipped(bytes) : broken(bytes, kind)
    },
    requests: () => ({}),
    close: async () => {},
  }
}

function flipped(bytes: Buffer): Readable {
  const changed = Buffer.from(bytes)
  const at = Math.floor(changed.length / 2)
  if (changed.length > 0) changed[at] = changed[at]! ^ 0xff
  return Readable.from([changed], { objectMode: false })
}

/** Half of it, and then an end that looks like one, or a connection that breaks. */
function broken(bytes: Buffer, kind: FaultKind): Readable {
  async function* half() {
    yield bytes.subarray(0, Math.floor(bytes.length / 2))
    if (kind === 'cut-body') throw new Error('ECONNRESET')
  }
  return Readable.from(half(), { objectMode: false })
}

function troubledTarget(target: Target, meet: Meet): Target {
  const at = <T>(what: string, work: () => Promise<T>) => around(meet, ['registry', what], work)
  return {
    identity: target.identity,
    settings: (name, signal) => at('settings', () => target.settings(name, signal)),
    contents: (name, signal) => at('contents', () => target.contents(name, signal)),
    createRepository: (name, settings, signal) =>
      at('createRepository', () => target.createRepository(name, settings, signal)),
    hasBlob: (name, digest, signal) => at('hasBlob', () => target.hasBlob(name, digest, signal)),
    mountBlob: (name, digest, from, signal) =>
      at('mountBlob', () => target.mountBlob(name, digest, from, signal)),
    putBlob: (name, digest, size, body, signal) =>
      at('putBlob', () => target.putBlob(name, digest, size, body, signal)),
    putManifest: (name, manifest, signal) =>
      at('putManifest', () => target.putManifest(name, manifest, signal)),
    applySettings: (name, settings, signal) =>
      at('applySettings', () => target.applySettings(name, settings, signal)),
    archive: (name, digest, signal) => at('archive', () => target.archive(name, digest, signal)),
    requests: () => ({}),
    close: async () => {},
  }
}
