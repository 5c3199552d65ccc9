import { HoldfastError, hasCode } from '../../core/errors.ts'
import type { Run } from '../../core/run.ts'
import type { Store } from '../../store/store.ts'
import { type Vault, vaultOver } from '../vault.ts'
import { gcKeys, hexIn, liveLists, readList, readPart } from './delete-lists.ts'
import { DigestSet } from './digest-set.ts'

/** A live delete list, as a run sees it that began while it was live. */
interface Heeded {
  id: string
  roots: Set<string>
  objects: DigestSet
  /** Resolves when the list is gone. Asked for once, however many objects wait for it. */
  gone?: Promise<void>
}

const pollEvery = 5000
const polls = 180

/**
 * The vault as a run must see it: what live delete lists name is absent. A snapshot on a list is no parent; an
 * object on a list is looked for, and written, only when the list is gone. Called after the run's claim was written
 * and before it reads anything: a list that is published later finds the claim, and its prune revokes the run.
 */
export async function heedDeleteLists(vault: Vault, run: Run): Promise<Vault> {
  const lists: Heeded[] = []
  for (const id of await liveLists(vault, run.signal)) {
    const list = await heeded(vault, id, run)
    if (list) lists.push(list)
  }
  if (lists.length === 0) return vault
  return vaultOver(heeding(vault.store, lists, run), vault.header)
}

/** A list that cannot be read might name anything: then it is waited for here. */
async function heeded(vault: Vault, id: string, run: Run): Promise<Heeded | undefined> {
  try {
    return await readHeeded(vault, id, run)
  } catch (error) {
    if (!hasCode(error, 'vault-damaged')) throw error
    await untilGone(vault.store, id, run)
    return undefined
  }
}

async function readHeeded(vault: Vault, id: string, run: Run): Promise<Heeded | undefined> {
  const list = await readList(vault, id, run.signal)
  if (!list) return undefined
  const objects = new DigestSet()
  for (let at = 0; at < list.parts; at++) {
    const part = await readPart(vault, gcKeys.part(id, at), run.signal)
    if (!part) {
      await untilGone(vault.store, id, run)
      return undefined
    }
    for (const { key } of part.objects) objects.add(hexIn(key) ?? '')
  }
  return { id, roots: new Set(list.roots), objects }
}

function heeding(store: Store, lists: Heeded[], run: Run): Store {
  const naming = (key: string) => {
    const hex = hexIn(key)
    return lists.filter((list) => (hex ? list.objects.has(hex) : list.roots.has(key)))
  }
  const free = async (key: string) => {
    for (const list of naming(key)) {
      list.gone ??= untilGone(store, list.id, run)
      await list.gone
    }
  }
  return {
    url: store.url,
    get: (key, options) => store.get(key, options),
    delete: (key, signal) => store.delete(key, signal),
    close: () => store.close(),
    put: async (key, body, options) => {
      await free(key)
      return store.put(key, body, options)
    },
    head: async (key, signal) => {
      await free(key)
      return store.head(key, signal)
    },
    list: async function* (prefix, signal) {
      for await (const object of store.list(prefix, signal)) {
        if (naming(object.key).length === 0) yield object
      }
    },
  }
}

async function untilGone(store: Store, id: string, run: Run): Promise<void> {
  for (let poll = 0; poll < polls; poll++) {
    if (!(await store.head(gcKeys.list(id), run.signal))) return
    if (poll === 0) run.log.warn('A prune is deleting something that this run needs. Waiting for its end.')
    await run.clock.sleep(pollEvery, run.signal)
  }
  throw new HoldfastError('prune-running', {
    what: `A prune (${id}) is deleting something that this run needs, and did not end in time.`,
    why: `Its delete list ${gcKeys.list(id)} is still there after ${(polls * pollEvery) / 60_000} minutes: it is slow, or it died.`,
    next: 'Run `holdfast prune` again: it finishes what a dead prune left. Then run this again.',
  })
}
