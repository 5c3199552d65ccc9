import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import { type Clock, jumpingClock } from '../core/clock.ts'
import { collect } from './bodies.fixture.ts'
import { folderStore } from './folder.ts'
import type { Store } from './store.ts'

/** A vault that does not exist yet, beside a folder with a secret in it; fresh for each test of the file. */
export interface Scene {
  base: string
  vault: string
  outside: string
  store: Store
  warnings: string[]
  open(clock?: Clock): Store
  keys(prefix?: string): Promise<string[]>
  temporaryFiles(): Promise<string[]>
}

export function setScene(): Scene {
  const scene: Scene = {
    base: '',
    vault: '',
    outside: '',
    warnings: [],
    store: folderStore(''),
    open: (clock = jumpingClock('2026-06-01T00:00:00Z')) => {
      const log = { warn: (line: string) => void scene.warnings.push(line), debug: () => {} }
      return folderStore(scene.vault, { log, clock })
    },
    keys: async (prefix = '') => (await collect(scene.store.list(prefix))).map(({ key }) => key),
    temporaryFiles: () => readdir(join(scene.vault, '.tmp')),
  }
  beforeEach(async () => {
    const base = await mkdtemp(join(tmpdir(), 'holdfast-hostile-'))
    Object.assign(scene, { base, vault: join(base, 'vault'), outside: join(base, 'outside'), warnings: [] })
    await mkdir(scene.outside)
    await writeFile(join(scene.outside, 'secret'), 'secret')
    scene.store = scene.open()
  })
  afterEach(() => rm(scene.base, { recursive: true }))
  return scene
}
