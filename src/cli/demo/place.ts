import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { HoldfastError } from '../../core/errors.ts'

/** Where a demo keeps its vault and its simulated AWS: a temp folder that goes away, or a folder that is kept. */
export interface Place {
  vault: string
  /** Of the plan that is applied and rolled back. */
  journal: string
  state: string
  kept: boolean
  remove(): Promise<void>
}

export async function demoPlace(cwd: string, keep: boolean): Promise<Place> {
  const folder = keep
    ? await freshFolder(resolve(cwd, 'holdfast-demo'))
    : await mkdtemp(join(tmpdir(), 'holdfast-demo-'))
  return {
    vault: join(folder, 'vault'),
    journal: join(folder, 'journal'),
    state: join(folder, 'simulated-aws'),
    kept: keep,
    remove: async () => {
      if (!keep) await rm(folder, { recursive: true, force: true })
    },
  }
}

async function freshFolder(folder: string): Promise<string> {
  if (
    await stat(folder).then(
      () => true,
      () => false,
    )
  ) {
    throw new HoldfastError('usage', {
      what: `${folder} exists already`,
      why: 'A kept demo starts from nothing, and Holdfast does not delete what it did not make in this run.',
      next: 'Remove the folder, or run the demo in another one.',
    })
  }
  await mkdir(folder, { recursive: true })
  return folder
}
