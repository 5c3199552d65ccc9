import { join } from 'node:path'
import { run } from './run.ts'

/** The built command: what users run. */
export const cliPath = join(process.cwd(), 'dist/cli/bin.js')

/** Runs it with nothing of this machine's AWS settings and answers its one document. */
export async function holdfast<T = Record<string, unknown>>(
  args: string[],
  env: Record<string, string> = {},
): Promise<T> {
  const { stdout } = await run(process.execPath, [cliPath, ...args, '--format', 'json'], { env })
  return JSON.parse(stdout)
}

/** Ids of the vault's snapshots, oldest first. */
export async function snapshotIds(vault: string): Promise<string[]> {
  const { snapshots } = await holdfast<{ snapshots: { id: string }[] }>(['snapshots', '--vault', vault])
  return snapshots.map(({ id }) => id)
}
