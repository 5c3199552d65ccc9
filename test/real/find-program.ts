import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Programs that `.ci/tools.sh` installs for this checkout, before those of the machine. */
const own = ['.tools/bin', '.tools/venv/bin', '.tools/readers/bin'].map((folder) =>
  join(process.cwd(), folder),
)

/** The path of an executable, or undefined. Both harness and bench run in the checkout's root. */
export function findProgram(name: string): string | undefined {
  const folders = [...own, ...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin']
  return folders.map((folder) => join(folder, name)).find(isExecutable)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error) return false
    throw error
  }
}
