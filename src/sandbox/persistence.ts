import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HoldfastError } from '../core/errors.ts'
import type { Bucket, WorldState } from './world.ts'

const pause = 2000

/** Where a world lives: a folder that stays, or one that goes with the sandbox. */
export class StateFolder {
  readonly blobs: string
  readonly #folder: string
  readonly #keeps: boolean
  #timer: NodeJS.Timeout | undefined
  #saving: Promise<void> = Promise.resolve()

  private constructor(folder: string, keeps: boolean) {
    this.#folder = folder
    this.#keeps = keeps
    this.blobs = join(folder, 'blobs')
  }

  static async open(folder: string | undefined): Promise<StateFolder> {
    if (folder === undefined)
      return new StateFolder(await mkdtemp(join(tmpdir(), 'holdfast-sandbox-')), false)
    await mkdir(folder, { recursive: true })
    return new StateFolder(folder, true)
  }

  /** Undefined when nothing was saved there yet. */
  async load(): Promise<WorldState | undefined> {
    const text = await this.#read()
    if (text === undefined) return undefined
    const state = parse(text, this.#file)
    for (const bucket of Object.values(state.buckets)) {
      // No prototype: a key may be called `__proto__`.
      bucket.objects = Object.assign(Object.create(null), bucket.objects) as Bucket['objects']
      if (bucket.older)
        bucket.older = Object.assign(Object.create(null), bucket.older) as NonNullable<Bucket['older']>
    }
    return state
  }

  /** Saves soon, at most once in two seconds. Does not keep the process alive. */
  saveSoon(state: WorldState): void {
    if (!this.#keeps || this.#timer) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      // A failure shows when the sandbox is closed, which saves again.
      this.save(state).catch(() => undefined)
    }, pause).unref()
  }

  /** Atomic: whoever reads the file sees the state of before or of now. */
  async save(state: WorldState): Promise<void> {
    if (!this.#keeps) return
    const write = async () => {
      const fresh = `${this.#file}.new`
      await writeFile(fresh, JSON.stringify(state))
      await rename(fresh, this.#file)
    }
    this.#saving = this.#saving.then(write, write)
    return this.#saving
  }

  async close(state: WorldState): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    await this.save(state)
    await this.discard()
  }

  /** Removes a temp folder; a folder of the user's is left alone. */
  async discard(): Promise<void> {
    clearTimeout(this.#timer)
    if (!this.#keeps) await rm(this.#folder, { recursive: true, force: true })
  }

  get #file(): string {
    return join(this.#folder, 'world.json')
  }

  async #read(): Promise<string | undefined> {
    try {
      return await readFile(this.#file, 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
  }
}

function parse(text: string, file: string): WorldState {
  try {
    return JSON.parse(text) as WorldState
  } catch (error) {
    throw new HoldfastError('config-invalid', {
      what: `The sandbox state ${file} cannot be read.`,
      why: 'It is not JSON.',
      next: 'Remove the folder, or give another one: the sandbox then begins anew.',
      cause: error,
    })
  }
}
