import { createHash } from 'node:crypto'
import { type ErrorCode, errorCodes, HoldfastError } from '../../src/core/errors.ts'
import { quietRun } from '../../src/core/run.ts'
import type { Store } from '../../src/store/store.ts'
import { versioned } from '../../src/store/wrappers.ts'
import { keys, type SnapshotRoot } from '../../src/vault/format.ts'
import { tombstoneSchema } from '../../src/vault/schemas.ts'
import { type Vault, vaultOver } from '../../src/vault/vault.ts'
import { verifyVault } from '../../src/vault/verify.ts'

// What must hold at every instant, whoever does what in which order. Each sentence is a function that answers what breaks
// it. They are asked at every write that any actor does, with the store as it is at that instant.

/** Everything that a committed snapshot needs, and its size. */
type Needs = Map<string, number>

export class Watch {
  readonly store: Store
  readonly broken: string[] = []
  readonly vault: Vault
  /** By root key. */
  readonly snapshots = new Map<string, { root: SnapshotRoot; needs: Needs }>()
  /** Ids of snapshots whose hold was confirmed to somebody. */
  readonly held = new Set<string>()
  /** Keys of roots that were there once and were deleted. */
  readonly forgotten = new Set<string>()
  checks = 0
  readonly #inner: Store

  constructor(inner: Store, header: Vault['header']) {
    this.#inner = inner
    this.vault = vaultOver(inner, header)
    this.store = {
      url: inner.url,
      close: async () => {},
      get: (...given) => inner.get(...given),
      head: (...given) => inner.head(...given),
      list: (...given) => inner.list(...given),
      put: async (key, body, options) => {
        const before = await this.#bytesAt(key)
        const answer = await inner.put(key, body, options)
        if (answer === 'created') await this.#onWrite(key, before)
        return answer
      },
      delete: async (key, signal) => {
        this.#onDelete(key)
        await inner.delete(key, signal)
      },
      ...versioned(inner),
      ...(inner.deleteVersion && {
        deleteVersion: async (key: string, version: string, signal?: AbortSignal) => {
          if ((await inner.head(key))?.version === version) this.#onDelete(key)
          await inner.deleteVersion?.(key, version, signal)
        },
      }),
    }
  }

  #onDelete(key: string): void {
    this.#say(this.deletesNothingThatIsNeeded(key))
    this.#say(this.deletesNoHeldSnapshot(key))
    this.#say(this.leavesEveryRegistryASnapshot(key))
    if (this.snapshots.delete(key)) this.forgotten.add(key)
  }

  get roots(): SnapshotRoot[] {
    return [...this.snapshots.values()].map(({ root }) => root)
  }

  async #onWrite(key: string, before: Buffer | undefined): Promise<void> {
    const bytes = await this.#bytesAt(key)
    if (!bytes) return
    this.#say(everyBlobHashesToItsName(key, bytes))
    this.#say(noRootIsOverwritten(key, before, bytes))
    if (!key.startsWith('snapshots/')) return
    const document: unknown = JSON.parse(bytes.toString())
    if (tombstoneSchema.safeParse(document).success) return
    const root = document as SnapshotRoot
    const needs = await this.#needsOf(root).catch(() => undefined)
    this.#say(await this.whatIsCommittedIsWhole(key, needs))
    this.snapshots.set(key, { root, needs: needs ?? new Map() })
  }

  /** Law 5: a root is the last thing of its snapshot; there is no instant at which half of one can be seen. */
  async whatIsCommittedIsWhole(key: string, needs: Needs | undefined): Promise<string | undefined> {
    if (!needs) return `${key} was committed and does not resolve`
    for (const [need, size] of needs) {
      const found = await this.#inner.head(need)
      if (!found) return `${key} was committed without ${need}`
      if (size >= 0 && found.size !== size) return `${key} was committed with ${need} cut`
    }
    return undefined
  }

  deletesNothingThatIsNeeded(key: string): string | undefined {
    for (const [root, { needs }] of this.snapshots)
      if (needs.has(key)) return `${key} was deleted, ${root} needs it`
    return undefined
  }

  deletesNoHeldSnapshot(key: string): string | undefined {
    const root = this.snapshots.get(key)?.root
    return root && this.held.has(root.id) ? `${key} was deleted, and it was held` : undefined
  }

  leavesEveryRegistryASnapshot(key: string): string | undefined {
    const root = this.snapshots.get(key)?.root
    if (!root) return undefined
    const others = this.roots.filter((each) => each.registry.key === root.registry.key && each.id !== root.id)
    if (others.some((each) => each.complete)) return undefined
    return others.length === 0 || root.complete ? `${key} was the last good one of its registry` : undefined
  }

  /** The shipped verification, over the store as it is now: it must find nothing, ever. */
  async everyCommittedRootVerifies(data = false): Promise<void> {
    this.checks++
    const { problems, snapshots } = await verifyVault(this.vault, { data }, quietRun())
    for (const { kind, key } of problems) this.broken.push(`verify finds ${kind} ${key}`)
    if (snapshots !== this.snapshots.size)
      this.broken.push(`${snapshots} snapshots can be seen, ${this.snapshots.size} were committed`)
  }

  #say(sentence: string | undefined): void {
    this.checks++
    if (sentence) this.broken.push(sentence)
  }

  async #bytesAt(key: string): Promise<Buffer | undefined> {
    const body = await this.#inner.get(key)
    return body && Buffer.concat(await body.toArray())
  }

  async #needsOf(root: SnapshotRoot): Promise<Needs> {
    const needs: Needs = new Map(root.shards.map((name) => [keys.shard(name), -1]))
    for (const { state } of (await this.vault.repositories(root)).values()) {
      needs.set(keys.state(state), -1)
      const { blobs, manifests } = await this.vault.states.read(state)
      for (const { digest, size } of [...blobs, ...manifests]) needs.set(keys.blob(digest), size)
    }
    return needs
  }
}

/** Law 4: nothing is committed whose hash was not checked. */
export function everyBlobHashesToItsName(key: string, bytes: Buffer): string | undefined {
  const hex = /^blobs\/sha256\/([0-9a-f]{64})$/.exec(key)?.[1]
  if (!hex || createHash('sha256').update(bytes).digest('hex') === hex) return undefined
  return `${key} was committed and has other bytes`
}

export function noRootIsOverwritten(
  key: string,
  before: Buffer | undefined,
  now: Buffer,
): string | undefined {
  if (!key.startsWith('snapshots/') || !before || before.equals(now)) return undefined
  return `${key} was overwritten`
}

/** A failure must be ours, with a code, and say what failed, and what to do next. */
export function everyFailureIsExplained(error: unknown): string | undefined {
  if (!(error instanceof HoldfastError)) return `not one of our errors: ${(error as Error)?.stack ?? error}`
  if (!(error.code in errorCodes)) return `no such code: ${error.code}`
  if (error.code === 'internal') return `a defect: ${error.stack}`
  if (!error.message.trim()) return `${error.code} does not say what failed`
  if (!error.next?.trim()) return `${error.code} does not say what to do: ${error.message}`
  return undefined
}

export function failsOnlyWith(error: unknown, codes: readonly ErrorCode[]): string | undefined {
  const why = everyFailureIsExplained(error)
  if (why) return why
  const { code, stack } = error as HoldfastError
  return codes.includes(code) ? undefined : `fails with ${code}: ${stack}`
}
