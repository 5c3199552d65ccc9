import { backup } from '../../backup/backup.ts'
import type { Source } from '../../backup/source.ts'
import { openEcrSource } from '../../backup/sources/ecr.ts'
import { plural } from '../../core/bytes.ts'
import { HoldfastError } from '../../core/errors.ts'
import { blockedBy } from '../../restore/order.ts'
import { hashBlobs } from '../../vault/verify-blobs.ts'
import type { Migration } from './migration.ts'
import { type Pending, pendingOf } from './pending.ts'

export async function withSource<T>(
  { door, run }: Pick<Migration, 'door' | 'run'>,
  work: (source: Source) => Promise<T>,
): Promise<T> {
  const source = await openEcrSource({ aws: door.aws }, {}, run)
  try {
    return await work(source)
  } finally {
    await source.close()
  }
}

/**
 * A new snapshot that has every image of the repository, untagged and archived ones and referrers too, and whose every
 * byte was read and hashed in the vault just now. Throws `plan-refused` when anything is missing.
 */
export async function copyToVault(migration: Migration, source: Source): Promise<Pending> {
  const { vault, run, repository } = migration
  const report = await backup(
    source,
    vault,
    { repositories: [repository], restoreArchived: true, tool: 'holdfast-apply' },
    run,
  )
  const lacking = report.skipped.filter((one) => one.repository === repository || one.repository === '*')
  const [first] = lacking
  if (first) throw notHeld(repository, `${first.digest ?? first.repository}: ${first.reason}`)
  const pending = await pendingOf(migration, report.snapshot)
  if (!pending) throw notHeld(repository, 'It is not in the snapshot: it was deleted meanwhile.')
  await verifyHeld(migration, pending)
  return pending
}

/** Throws `plan-refused` unless the vault has every byte, hashed just now. */
export async function verifyHeld({ vault, run, repository }: Migration, { state }: Pending): Promise<void> {
  const [unfit] = blockedBy(state.manifests, new Set())
  if (unfit) throw notHeld(repository, `${unfit[0]} needs ${unfit[1]}, which the registry does not have.`)
  const asleep = state.manifests.find(({ status }) => status === 'activating')
  if (asleep) throw notHeld(repository, `${asleep.digest} is coming out of the archive just now.`)
  const live = new Map([...state.manifests, ...state.blobs].map(({ digest, size }) => [digest, size]))
  const { bad } = await hashBlobs(vault, live, run)
  const [first] = bad
  if (first)
    throw notHeld(
      repository,
      `${plural(bad.length, 'blob')} of the vault, the first ${first.digest}: ${first.reason}`,
    )
}

function notHeld(repository: string, why: string): HoldfastError {
  return new HoldfastError('plan-refused', {
    what: `${repository} is left as it is: not everything in it could be taken into the vault.`,
    why,
    next: 'Mend that, then run the same command again. holdfast verify --data looks at the whole vault.',
  })
}
