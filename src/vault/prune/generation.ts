import { HoldfastError } from '../../core/errors.ts'
import type { Run } from '../../core/run.ts'
import type { StoredObject } from '../../store/store.ts'
import { newId } from '../identifier.ts'
import { plainText } from '../read.ts'
import type { Vault } from '../vault.ts'
import { gcKeys, writeList } from './delete-lists.ts'
import { type Erase, eraser, removeVersion } from './erase.ts'

/**
 * The right to delete what one generation's list names. The owner says that it is alive by writing its mark again;
 * whoever takes over writes the next mark, conditionally, and the former owner stops when it sees that.
 */
export interface Generation {
  readonly id: string
  /** The store's time when the mark was written. */
  readonly now: Date
  /** Whether the store keeps versions, as the mark shows: what is deleted then is named by its version. */
  readonly keepsVersions: boolean
  /** Throws `prune-running` when somebody took over. Looks at most once a minute, and whenever more time has passed. */
  alive(): Promise<void>
  /** Whether its list was published (by this owner or an earlier one). */
  readonly published: boolean
  /** Makes the list live. */
  publish(roots: string[], parts: number): Promise<void>
  /** Removes the list first, then everything else of it. Throws `prune-running` when somebody took over. */
  drop(): Promise<void>
}

/** A mark that is older than this, by the store's clock, belongs to a prune that died. */
export const deadAfter = 60 * 60 * 1000
const lookEvery = 60 * 1000

/**
 * Tries whether the store still refuses to create a key twice: what was found when the vault was made may hold no more.
 * Ceph RGW 16 stops doing so when its bucket begins to keep versions.
 */
export async function newGeneration(vault: Vault, run: Run, offline = false): Promise<Generation> {
  const id = newId()
  await writeMark(vault, id, 1)
  const generation = await ownedBy(vault, { id, turn: 1, published: false }, run)
  if (offline || (await writeMark(vault, id, 1)) === 'exists') return generation
  await generation.drop()
  throw cannotCreateOnce(vault)
}

export function cannotCreateOnce(vault: Vault): HoldfastError {
  return new HoldfastError('prune-refused', {
    what: `${vault.store.url} cannot create an object conditionally, so a prune cannot be safe beside a backup.`,
    why: 'A run that commits and a prune that revokes it must never both succeed.',
    next: 'Make sure that no backup is running or can start, and run it with --offline.',
  })
}

interface Owned {
  id: string
  turn: number
  published: boolean
}

async function ownedBy(vault: Vault, owned: Owned, run: Run): Promise<Generation> {
  const mark = await vault.store.head(gcKeys.owner(owned.id, owned.turn))
  if (!mark) throw takenOver(owned.id)
  return new OwnedGeneration(vault, { ...owned, mark }, run)
}

class OwnedGeneration implements Generation {
  readonly id: string
  readonly now: Date
  readonly keepsVersions: boolean
  published: boolean
  readonly #vault: Vault
  readonly #turn: number
  readonly #run: Run
  #looked: number
  #looking: Promise<void> | undefined
  #dropped = false

  constructor(vault: Vault, { id, turn, mark, published }: Owned & { mark: StoredObject }, run: Run) {
    this.id = id
    this.now = mark.modified
    this.keepsVersions = mark.version !== undefined
    this.published = published
    this.#vault = vault
    this.#turn = turn
    this.#run = run
    this.#looked = this.#time()
  }

  async alive(): Promise<void> {
    // Backwards too: a clock that was set back says nothing about how long ago it was.
    if (!this.#looking && Math.abs(this.#time() - this.#looked) < lookEvery) return
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined
    })
    await this.#looking
  }

  async publish(roots: string[], parts: number): Promise<void> {
    await this.#look()
    this.published = true
    const time = this.#run.clock.now().toISOString()
    const list = { schema: 'holdfast.delete-list/1' as const, generation: this.id, time, roots, parts }
    await writeList(this.#vault, list)
  }

  async drop(): Promise<void> {
    if (this.#dropped) return
    const { turn } = await findingsOn(this.#vault, this.id)
    if (turn !== this.#turn) throw takenOver(this.id)
    const erase = eraser(this.#vault.store, this.keepsVersions)
    await dropGeneration(this.#vault, { id: this.id, turn: this.#turn, erase })
    this.#dropped = true
  }

  async #look(): Promise<void> {
    const { turn, live } = await findingsOn(this.#vault, this.id)
    if (turn !== this.#turn || (this.published && !live)) throw takenOver(this.id)
    await rewriteMark(this.#vault, this.id, this.#turn)
    this.#looked = this.#time()
  }

  #time(): number {
    return this.#run.clock.now().getTime()
  }
}

async function writeMark(vault: Vault, id: string, turn: number): Promise<'created' | 'exists'> {
  const text = plainText({ schema: 'holdfast.prune-owner/1', turn })
  return vault.store.put(gcKeys.owner(id, turn), text, { size: text.byteLength, ifAbsent: true })
}

async function rewriteMark(vault: Vault, id: string, turn: number): Promise<void> {
  const text = plainText({ schema: 'holdfast.prune-owner/1', turn })
  await vault.store.put(gcKeys.owner(id, turn), text, { size: text.byteLength })
}

/** The highest mark of a generation, whether its list is live, and when anything of it was written last. */
async function findingsOn(
  vault: Vault,
  id: string,
): Promise<{ turn: number; live: boolean; written: number }> {
  let turn = 0
  let written = 0
  let live = false
  for await (const { key, modified } of vault.store.list(gcKeys.generation(id))) {
    turn = Math.max(turn, Number(/owner-(\d+)\.json$/.exec(key)?.[1] ?? 0))
    written = Math.max(written, modified.getTime())
    live ||= key === gcKeys.list(id)
  }
  return { turn, live, written }
}

interface Dropping {
  id: string
  turn: number
  erase: Erase
}

/**
 * The list first: without it the rest means nothing. The marks last. In between the mark is written once more, which
 * in a folder makes the removal durable: a list that a power loss brought back without its parts might name
 * anything, and every backup would wait for its end in vain.
 */
async function dropGeneration(vault: Vault, { id, turn, erase }: Dropping): Promise<void> {
  const found: string[] = []
  for await (const { key } of vault.store.list(gcKeys.generation(id))) found.push(key)
  const list = gcKeys.list(id)
  await erase(list)
  await rewriteMark(vault, id, turn)
  const isMark = (key: string) => key.includes('/owner-')
  const rest = found.filter((key) => key !== list)
  for (const key of rest.filter((key) => !isMark(key))) await erase(key)
  for (const key of rest.filter(isMark)) await erase(key)
}

/** Generations of prunes that died, each taken over: nobody else is going to finish them. */
export async function takeOverDead(vault: Vault, own: Generation, run: Run): Promise<Generation[]> {
  const ids = new Set<string>()
  for await (const { key } of vault.store.list(gcKeys.all, run.signal)) ids.add(key.split('/')[1] ?? '')
  ids.delete(own.id)
  const taken: Generation[] = []
  for (const id of ids) {
    const { turn, live, written } = await findingsOn(vault, id)
    if (own.now.getTime() - written < deadAfter) continue
    if ((await writeMark(vault, id, turn + 1)) !== 'created') continue
    taken.push(await ownedBy(vault, { id, turn: turn + 1, published: live }, run))
  }
  return taken
}

function takenOver(id: string): HoldfastError {
  return new HoldfastError('prune-running', {
    what: `This prune (${id}) looked dead, and another one took its work over. It stopped.`,
    why: `It gave no sign of life for ${deadAfter / 60_000} minutes: the machine slept, or the store was very slow.`,
    next: 'Nothing has to be done: the other prune finishes it.',
  })
}

/** The store's time, and whether it keeps versions, from an object that is written for that and removed again. */
export async function storeTime(vault: Vault): Promise<Pick<Generation, 'now' | 'keepsVersions'>> {
  const key = `runs/probe-${newId()}`
  let found: StoredObject | undefined
  try {
    await vault.store.put(key, plainText({ probe: 1 }))
    found = await vault.store.head(key)
    if (found) return { now: found.modified, keepsVersions: found.version !== undefined }
    throw new HoldfastError('store-request-failed', {
      what: `${key} was written and is not there.`,
      why: 'The store does not show what was just written.',
      next: 'Use a store that does: prune cannot be safe without.',
    })
  } finally {
    if (found?.version) await removeVersion(vault.store, key, found.version)
    else await vault.store.delete(key)
  }
}
