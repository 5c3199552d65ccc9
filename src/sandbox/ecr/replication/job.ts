import type { Image, World } from '../../world.ts'
import type { Destination } from './destinations.ts'

/** One image, with one of its tags or none, on its way to one place. */
export interface ReplicationJob {
  from: { account: string; region: string }
  repository: string
  digest: string
  tag?: string
  to: Destination
}

/** What DescribeImageReplicationStatus tells of an image and a destination. */
export interface ReplicationOutcome {
  status: 'IN_PROGRESS' | 'COMPLETE' | 'FAILED'
  failureCode?: string
}

export function noteOutcome(image: Image, place: string, outcome: ReplicationOutcome): void {
  image.replicated = { ...image.replicated, [place]: outcome }
}

/** While replication is held back, what would be under way waits here, in order. */
export function waitingJobs({ state }: World): ReplicationJob[] | undefined {
  return state.heldReplication
}
