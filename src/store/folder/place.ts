import { lstat, mkdir, opendir, realpath, rm, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve, sep } from 'node:path'
import type { Clock } from '../../core/clock.ts'
import type { Log } from '../../core/run.ts'
import { temporaryFolder } from '../key.ts'
import { notAFile, onDisk, unless } from './errors.ts'
import type { DirectorySync } from './sync.ts'
import { isAbandoned, unfinishedName } from './unfinished-name.ts'

const day = 24 * 60 * 60 * 1000

export interface PlaceOptions {
  clock: Clock
  log: Log
  sync: DirectorySync
}

/**
 * Where a key is on the disk. Every path is resolved and must lie in the vault folder, so that a link planted in a
 * vault can neither read nor write anything else. (A process that swaps links while we work has the rights of this
 * user already; that is not what this guards against.)
 */
export class Place {
  readonly path: string
  readonly #options: PlaceOptions
  #root: string | undefined
  #temporary: Promise<string> | undefined
  readonly #made = new Map<string, Promise<string>>()

  constructor(path: string, options: PlaceOptions) {
    this.path = resolve(path)
    this.#options = options
  }

  /** The vault folder without links, or undefined when it does not exist. Reading never creates it. */
  async root(): Promise<string | undefined> {
    this.#root ??= await onDisk(this.path, () =>
      unless(['ENOENT', 'ENOTDIR'], undefined, () => realpath(this.path)),
    )
    return this.#root
  }

  /** The real path of what is at the key, or undefined when nothing is. */
  async find(key: string): Promise<string | undefined> {
    const root = await this.root()
    if (!root) return undefined
    const found = await onDisk(key, () =>
      unless(['ENOENT', 'ENOTDIR'], undefined, () => realpath(join(root, key))),
    )
    if (found) this.#mustBeInside(root, found, key)
    return found
  }

  /** Like `find`, but a link at the key itself is not followed; undefined when its folder does not exist. */
  async within(key: string): Promise<string | undefined> {
    const folder = await this.find(dirname(key))
    return folder && join(folder, basename(key))
  }

  /** The path to write a key at; its folder exists when this resolves, and so it does after a power loss. */
  async destination(key: string): Promise<string> {
    const folder = dirname(key)
    let made = this.#made.get(folder)
    if (!made) {
      made = onDisk(key, () => this.#makeFolder(folder))
      this.#made.set(folder, made)
      made.catch(() => this.#made.delete(folder))
    }
    return join(await made, basename(key))
  }

  /** Somebody removed folders under us: make them again. */
  forget(): void {
    this.#made.clear()
    this.#temporary = undefined
    this.#root = undefined
  }

  /** A name for an unfinished file, in the same file system and never in a listing. */
  async temporary(): Promise<string> {
    this.#temporary ??= onDisk(temporaryFolder, () => this.#prepare())
    try {
      return join(await this.#temporary, unfinishedName())
    } catch (error) {
      this.#temporary = undefined
      throw error
    }
  }

  async #makeFolder(folder: string): Promise<string> {
    const root = await this.#makeRoot()
    const wanted = join(root, folder)
    await this.#refuseLinksOut(root, folder)
    await mkdir(wanted, { recursive: true })
    const real = await realpath(wanted)
    this.#mustBeInside(root, real, folder)
    for (let at = real; at !== root && at.startsWith(root); at = dirname(at))
      await this.#options.sync.sync(dirname(at))
    return real
  }

  /** Before anything is made: `mkdir` would follow a link and make folders outside. */
  async #refuseLinksOut(root: string, folder: string): Promise<void> {
    const names = folder.split('/')
    for (let depth = 1; depth <= names.length; depth++) {
      const part = names.slice(0, depth).join('/')
      const stats = await unless(['ENOENT'], undefined, () => lstat(join(root, part)))
      if (!stats) return
      if (stats.isSymbolicLink()) this.#mustBeInside(root, await realpathOfLink(join(root, part), part), part)
    }
  }

  async #makeRoot(): Promise<string> {
    const root = await this.root()
    if (root) return root
    await makeFolders(this.path)
    const real = (this.#root = await realpath(this.path))
    await this.#options.sync.sync(dirname(real))
    return real
  }

  async #prepare(): Promise<string> {
    const root = await this.#makeRoot()
    const folder = join(root, temporaryFolder)
    await mkdir(folder, { recursive: true })
    if (!(await lstat(folder)).isDirectory()) throw notAFile(temporaryFolder, 'it is not a folder')
    if (((await lstat(root)).mode & 0o002) !== 0) {
      this.#options.log.warn(
        `Every user of this machine can change the vault ${this.path}: chmod o-w ${this.path}`,
      )
    }
    await this.#sweep(folder)
    return folder
  }

  /** What a crash left: at once when its process is provably gone, else after a day, far longer than any put that still moves. */
  async #sweep(folder: string): Promise<void> {
    const limit = this.#options.clock.now().getTime() - day
    for await (const { name } of await opendir(folder)) {
      const file = join(folder, name)
      const stats = await unless(['ENOENT'], undefined, () => lstat(file))
      if (!stats || stats.isDirectory() || (stats.mtimeMs > limit && !isAbandoned(name))) continue
      await rm(file, { force: true })
      this.#options.log.debug(`removed an unfinished file of ${stats.mtime.toISOString()}: ${name}`)
    }
  }

  #mustBeInside(root: string, real: string, key: string): void {
    const inside = root.endsWith(sep) ? root : root + sep
    if (real !== root && !real.startsWith(inside)) throw notAFile(key, 'a link leads out of the vault')
  }
}

/** Node's own `recursive` never ends where a file system refuses a new folder as if its parent were missing. */
async function makeFolders(path: string): Promise<void> {
  const made = await unless(['ENOENT', 'EEXIST'], 'no', () => mkdir(path))
  if (made !== 'no' || (await unless(['ENOENT'], undefined, () => stat(path)))?.isDirectory()) return
  if (dirname(path) !== path) await makeFolders(dirname(path))
  await unless(['EEXIST'], undefined, () => mkdir(path))
}

async function realpathOfLink(path: string, key: string): Promise<string> {
  const real = await unless(['ENOENT'], undefined, () => realpath(path))
  if (!real) throw notAFile(key, 'a link leads nowhere')
  return real
}
