import { promises, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { basename, dirname, join } from 'node:path'

/** A file by what was written, and what of it a sync has made durable. */
interface Content {
  bytes: Buffer
  durable: Buffer
}

/** What a name leads to; `gone`: nothing. */
type Entry = Content | 'folder' | 'gone'

/** Names in one folder: what is durable, and what was done since the last sync of the folder, in order. */
interface Folder {
  durable: Map<string, Entry>
  since: [name: string, entry: Entry][]
}

/** Everything that a disk may hold after the power went at one instant. */
export class Instant {
  readonly #folders: ReadonlyMap<string, Folder>
  /** Contents change after this instant; these are of it. */
  readonly #contents: ReadonlyMap<Content, Content>

  constructor(folders: ReadonlyMap<string, Folder>) {
    const contents = new Map<Content, Content>()
    const kept = (entry: Entry) => {
      if (typeof entry !== 'string' && !contents.has(entry)) contents.set(entry, { ...entry })
      return entry
    }
    this.#folders = new Map(
      [...folders].map(([path, { durable, since }]) => {
        for (const entry of durable.values()) kept(entry)
        for (const [, entry] of since) kept(entry)
        return [path, { durable: new Map(durable), since: [...since] }]
      }),
    )
    this.#contents = contents
  }

  /** Relative path -> bytes of one legal disk: `choose` picks one of so many possibilities, 0 being the least durable. */
  disk(root: string, choose: Choose): Map<string, Buffer> {
    const found = new Map<string, Buffer>()
    const chosen = new Map<Content, Buffer>()
    const visit = (path: string, relative: string) => {
      const folder = this.#folders.get(path)
      for (const [name, possible] of possibilities(folder)) {
        const entry = possible[choose('name', possible.length)] ?? 'gone'
        if (entry === 'gone') continue
        if (entry === 'folder') visit(join(path, name), `${relative}${name}/`)
        else {
          // One file under two names has one content.
          const bytes = chosen.get(entry) ?? this.#bytesOf(entry, choose)
          chosen.set(entry, bytes)
          found.set(relative + name, bytes)
        }
      }
    }
    visit(root, '')
    return found
  }

  #bytesOf(entry: Content, choose: Choose): Buffer {
    const { bytes, durable } = this.#contents.get(entry) ?? entry
    if (bytes.equals(durable)) return bytes
    const half = bytes.subarray(0, bytes.length >> 1)
    const possible = [durable, Buffer.alloc(0), Buffer.alloc(bytes.length), half, bytes]
    return possible[choose('content', possible.length)] ?? durable
  }
}

export type Choose = (what: 'name' | 'content', possibilities: number) => number

function possibilities(folder: Folder | undefined): Map<string, Entry[]> {
  const all = new Map<string, Entry[]>()
  for (const [name, entry] of folder?.durable ?? []) all.set(name, [entry])
  for (const [name, entry] of folder?.since ?? []) all.set(name, [...(all.get(name) ?? ['gone']), entry])
  return all
}

type Call = (...args: unknown[]) => Promise<unknown>

/**
 * Watches every change that this process makes below a folder, and knows what a power loss may leave of it: contents that
 * were not synced are lost, empty, zeroed, cut or there; names whose folder was not synced are there or not, each for
 * itself. `instants` has one entry for every change, in order.
 */
export class WatchedDisk {
  readonly root: string
  readonly instants: Instant[] = []
  /** From this change on every call fails, as for a process that is dead. */
  diesAt = Number.POSITIVE_INFINITY
  readonly #folders = new Map<string, Folder>()
  readonly #undo: (() => void)[] = []
  readonly #opened = new WeakMap<object, string>()

  constructor(root: string) {
    this.root = realpathSync(root)
    this.#load(this.root)
  }

  async watch(): Promise<void> {
    const handle = await open(this.root)
    const prototype = Object.getPrototypeOf(handle)
    await handle.close()
    this.#wrapNames()
    this.#wrapHandles(prototype)
    syncBuiltinESMExports()
  }

  unwatch(): void {
    for (const undo of this.#undo.splice(0)) undo()
    syncBuiltinESMExports()
  }

  now(): Instant {
    return new Instant(this.#folders)
  }

  /** What was there before counts as durable. */
  #load(path: string): void {
    const durable = new Map<string, Entry>()
    this.#folders.set(path, { durable, since: [] })
    for (const name of readdirSync(path)) {
      const at = join(path, name)
      const isFolder = statSync(at).isDirectory()
      const bytes = isFolder ? Buffer.alloc(0) : readFileSync(at)
      durable.set(name, isFolder ? 'folder' : { bytes, durable: bytes })
      if (isFolder) this.#load(at)
    }
  }

  #wrapNames(): void {
    const fs = promises as unknown as Record<string, Call>
    this.#wrap(fs, 'open', async (call, args) => {
      const [path, flags] = args.map(String)
      const handle = (await call(...args)) as object
      this.#opened.set(handle, path!)
      if (flags === 'wx') this.#name(path!, { bytes: Buffer.alloc(0), durable: Buffer.alloc(0) })
      return handle
    })
    this.#wrap(fs, 'mkdir', async (call, args) => {
      const made = await call(...args)
      this.#makeFolder(String(args[0]))
      return made
    })
    this.#wrap(fs, 'link', async (call, args) => {
      const done = await call(...args)
      this.#name(String(args[1]), this.#entry(String(args[0])))
      return done
    })
    this.#wrap(fs, 'rename', async (call, args) => {
      const entry = this.#entry(String(args[0]))
      const done = await call(...args)
      this.#name(String(args[1]), entry)
      this.#name(String(args[0]), 'gone')
      return done
    })
    for (const name of ['unlink', 'rm', 'rmdir']) {
      this.#wrap(fs, name, async (call, args) => {
        const done = await call(...args)
        this.#name(String(args[0]), 'gone')
        return done
      })
    }
  }

  #wrapHandles(prototype: Record<string, Call>): void {
    const disk = this
    this.#wrap(prototype, 'write', async function (this: object, call, args) {
      const [bytes, from, length, at] = args as [Uint8Array, number, number, number]
      const content = disk.#entry(disk.#pathOf(this)) as Content
      const answer = (await call.apply(this, args)) as { bytesWritten: number }
      const end = at + answer.bytesWritten
      const next = Buffer.alloc(Math.max(content.bytes.length, end))
      content.bytes.copy(next)
      next.set(bytes.subarray(from, from + Math.min(length, answer.bytesWritten)), at)
      content.bytes = next
      disk.#happened()
      return answer
    })
    for (const name of ['datasync', 'sync']) {
      this.#wrap(prototype, name, async function (this: object, call, args) {
        const durable = disk.#beginSync(disk.#pathOf(this))
        const done = await call.apply(this, args)
        durable()
        disk.#happened()
        return done
      })
    }
  }

  /** Only what was done before a sync began is durable when it has ended. */
  #beginSync(path: string): () => void {
    const folder = this.#folders.get(path)
    if (!folder) {
      const content = this.#entry(path) as Content
      const { bytes } = content
      return () => (content.durable = bytes)
    }
    const begun = new Set(folder.since)
    return () => {
      for (const change of folder.since.filter((each) => begun.has(each))) {
        const [name, entry] = change
        if (entry === 'gone') folder.durable.delete(name)
        else folder.durable.set(name, entry)
      }
      folder.since = folder.since.filter((each) => !begun.has(each))
    }
  }

  #wrap(
    target: Record<string, Call>,
    name: string,
    replacement: (this: object, call: Call, args: unknown[]) => Promise<unknown>,
  ): void {
    const original = target[name]!
    const disk = this
    target[name] = async function (this: object, ...args) {
      if (disk.instants.length >= disk.diesAt) throw new Error('this process is dead')
      return replacement.call(this, original, args)
    }
    this.#undo.push(() => (target[name] = original))
  }

  #pathOf(handle: object): string {
    return this.#opened.get(handle) ?? 'nothing'
  }

  #entry(path: string): Entry {
    return (
      possibilities(this.#folders.get(dirname(path)))
        .get(basename(path))
        ?.at(-1) ?? 'gone'
    )
  }

  #name(path: string, entry: Entry): void {
    this.#folders.get(dirname(path))?.since.push([basename(path), entry])
    this.#happened()
  }

  #makeFolder(path: string): void {
    if (this.#folders.has(path) || !path.startsWith(this.root)) return
    this.#makeFolder(dirname(path))
    this.#folders.set(path, { durable: new Map(), since: [] })
    this.#name(path, 'folder')
  }

  #happened(): void {
    this.instants.push(new Instant(this.#folders))
  }
}
