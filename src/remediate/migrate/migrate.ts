import { awsErrorCode } from '../../aws/errors.ts'
import { HoldfastError, toHoldfastError } from '../../core/errors.ts'
import type { Door } from '../door.ts'
import { differenceOf, extraIn, shownBy } from './contents.ts'
import { copyToVault, verifyHeld, withSource } from './copy.ts'
import { type Encryption, encryptionWords, isSameEncryption } from './encryption.ts'
import { requireUsableKey } from './key.ts'
import { type Looked, lookAtRepository } from './look.ts'
import { type Migration, migrationOf } from './migration.ts'
import { heldFor, hold, type Pending, pendingOf, release } from './pending.ts'
import { complete, create } from './rebuild.ts'
import { rehearse } from './rehearse.ts'
import { deletion, marking, unmarking } from './requests.ts'

/** Pushes that come while it is copied make it begin again. */
const attempts = 5

/**
 * Gives a repository another encryption, which ECR cannot (ecr-facts 2.1): copies all of it into the vault, verifies the
 * copy, deletes the repository, and puts everything back into a new one of the same name. Interrupted at any moment it
 * goes on when it is called again, with the same encryption or another: the registry says by a tag that a repository is
 * not whole, and the vault by a hold that one is missing, and which snapshot has it.
 */
export async function migrate(door: Door, repository: string, wanted: Encryption): Promise<void> {
  const migration = await migrationOf(door, repository)
  await requireUsableKey(door, wanted)
  for (let attempt = 0; attempt < attempts; attempt++) {
    const looked = await lookAtRepository(door, { resource: repository })
    const pending = await pendingAt(migration, looked)
    if (!looked) await bringBack(migration, { wanted, pending })
    else if (pending && (isSameEncryption(looked.state, wanted) || !(await isHeld(migration, pending))))
      await complete(migration, pending)
    else if (isSameEncryption(looked.state, wanted)) return
    else if (pending) await removeHeld(migration, pending)
    else await replace(migration, wanted)
  }
  throw new HoldfastError('plan-refused', {
    what: `${repository} is left as it is: it changed each time that it had been copied.`,
    why: 'What is pushed between the copy and the deletion would be lost.',
    next: 'Stop the pushes to it for a while, then run the same command again.',
  })
}

/** What is to be completed, by the mark; where there is none, by a hold that no repository of that age fits. */
async function pendingAt(migration: Migration, looked: Looked | undefined): Promise<Pending | undefined> {
  const { unfinished } = looked?.state ?? {}
  if (unfinished !== undefined) {
    const pending = await pendingOf(migration, unfinished)
    if (!pending) throw lost(migration, unfinished)
    return pending
  }
  const held = await heldFor(migration)
  if (!looked) return held
  // The same one as in the snapshot was not deleted. Another one was made meanwhile, by a push or a replication.
  return held && held.state.settings.createdAt !== looked.createdAt ? held : undefined
}

/** Whether everything in the repository is in the snapshot too, so that it may go (law 1). */
async function isHeld(migration: Migration, { state }: Pending): Promise<boolean> {
  const { run, repository } = migration
  const { images } = await withSource(migration, (source) => shownBy(source, repository, run.signal))
  return extraIn(images, state) === undefined
}

async function bringBack(
  migration: Migration,
  { wanted, pending }: { wanted: Encryption; pending: Pending | undefined },
): Promise<void> {
  const { run, repository } = migration
  if (!pending) throw lost(migration)
  try {
    await create(migration, { encryption: wanted, pending })
  } catch (error) {
    run.signal.throwIfAborted()
    const made = await lookAtRepository(migration.door, { resource: repository })
    if (!made) await asItWas(migration, { pending, error, wanted })
  }
  const there = await lookAtRepository(migration.door, { resource: repository })
  if (there) await complete(migration, pending)
}

/** A missing repository is worse than the old encryption. */
async function asItWas(
  migration: Migration,
  { pending, error, wanted }: { pending: Pending; error: unknown; wanted: Encryption },
): Promise<never> {
  const { encryption } = pending.state.settings
  if (!encryption || isSameEncryption(encryption, wanted)) throw missing(migration, pending, error)
  try {
    await create(migration, { encryption, pending })
  } catch {
    // The first failure is the one to mend.
    migration.run.signal.throwIfAborted()
    throw missing(migration, pending, error)
  }
  await complete(migration, pending)
  const { message, why } = toHoldfastError(error)
  throw new HoldfastError('plan-unverified', {
    what: `${migration.repository} is as it was before: ECR did not make it with ${encryptionWords(wanted)}.`,
    why: [message, why].filter(Boolean).join(' '),
    next: 'Mend that, then run the same command again.',
    cause: error,
  })
}

/** Copies it and, when it is still what was copied, deletes it. */
async function replace(migration: Migration, wanted: Encryption): Promise<void> {
  const { door, run, repository } = migration
  const target = { resource: repository }
  await release(migration)
  await withSource(migration, async (source) => {
    const pending = await copyToVault(migration, source)
    await hold(migration, pending)
    try {
      await door.send(marking(target, door.place, pending.root.id))
      await rehearse(migration, { pending, wanted })
      const difference = differenceOf(await shownBy(source, repository, run.signal), pending.state)
      if (difference === undefined) return await remove(migration, pending)
      run.log.warn(`${repository} changed while it was copied (${difference}): it is copied again.`)
    } catch (error) {
      run.signal.throwIfAborted()
      await leaveAsItIs(migration)
      throw error
    }
    await leaveAsItIs(migration)
  })
}

async function leaveAsItIs(migration: Migration): Promise<void> {
  const { door, repository } = migration
  const there = await lookAtRepository(door, { resource: repository })
  if (there?.state.unfinished === undefined) return
  await door.send(unmarking({ resource: repository }, door.place))
  await release(migration)
}

/** One that is not whole, and has nothing that the snapshot lacks: it was verified some time ago. */
async function removeHeld(migration: Migration, pending: Pending): Promise<void> {
  await verifyHeld(migration, pending)
  await remove(migration, pending)
}

/** The hold comes first: without repository and without hold nothing would tell where it is. */
async function remove(migration: Migration, pending: Pending): Promise<void> {
  const { door, repository } = migration
  await hold(migration, pending)
  try {
    await door.send(deletion({ resource: repository }, door.place))
  } catch (error) {
    // By a request whose answer was lost.
    if (awsErrorCode(error) !== 'RepositoryNotFoundException') throw error
  }
}

function missing({ repository }: Migration, { root }: Pending, cause: unknown): HoldfastError {
  const { message, why } = toHoldfastError(cause)
  return new HoldfastError('plan-unverified', {
    what: `${repository} is not there now, and ECR did not make it again; snapshot ${root.id} of the vault has all of it.`,
    why: [message, why].filter(Boolean).join(' '),
    next: 'Mend that, then run the same command again: it goes on where it was. Or: holdfast rollback --last',
    cause,
  })
}

function lost({ repository, vault }: Migration, snapshot?: string): HoldfastError {
  return new HoldfastError('plan-refused', {
    what:
      snapshot === undefined
        ? `${repository} is not there, and ${vault.store.url} holds no snapshot to bring it back from.`
        : `${repository} is not whole, and ${vault.store.url} does not have snapshot ${snapshot}, which completes it.`,
    why: 'A migration was interrupted that used another vault, or somebody deleted one or the other.',
    next: 'Name the vault of the first run: --vault. Any snapshot brings it back: holdfast restore <id> --repository <name>',
  })
}
