import type { World } from '../../world.ts'
import { deliver } from './deliver.ts'
import { waitingJobs } from './job.ts'
import { runBackfill } from './run-backfill.ts'

/** From now on nothing arrives: pushes and backfills read IN_PROGRESS until they are let go. */
export function holdReplication({ state }: World): void {
  state.heldReplication ??= []
}

/** Everything that waits happens now, in the order in which it was asked for, and backfills after it. */
export function releaseReplication(world: World): void {
  const waiting = waitingJobs(world) ?? []
  delete world.state.heldReplication
  for (const job of waiting) deliver(world, job)
  for (const registry of Object.values(world.state.registries))
    for (const backfill of Object.values(registry.backfills ?? {}))
      if (backfill.status === 'IN_PROGRESS') runBackfill(world, registry, backfill)
}
