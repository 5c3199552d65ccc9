import type { Destination } from './destinations.ts'
import type { ReplicationJob } from './job.ts'

/** A run that copies what was pushed before (ecr-facts 2.5). */
export interface BackfillState {
  id: string
  destination: Destination
  startedAt: number
  endedAt?: number
  status: 'IN_PROGRESS' | 'COMPLETE' | 'FAILED' | 'STOPPED'
  failureCode?: string
  /** One for each image and tag, or image without a tag; those from `results.length` on are still to do. */
  jobs: ReplicationJob[]
  results: BackfillResult[]
}

export interface BackfillResult {
  repositoryName: string
  imageId: { imageDigest: string; imageTag?: string }
  status: 'COMPLETE' | 'FAILED'
  failureCode?: string
  /** Of an index only. */
  subImageFailureCodes?: string[]
}
