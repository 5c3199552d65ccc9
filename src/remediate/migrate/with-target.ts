import type { Target } from '../../restore/target.ts'
import { openEcrTarget } from '../../restore/targets/ecr.ts'
import type { Migration } from './migration.ts'

export async function withTarget<T>(
  { door, run }: Pick<Migration, 'door' | 'run'>,
  work: (target: Target) => Promise<T>,
): Promise<T> {
  const target = await openEcrTarget(door.aws, {}, run)
  try {
    return await work(target)
  } finally {
    await target.close()
  }
}
