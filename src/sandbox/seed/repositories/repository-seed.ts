import type { Image, Repository } from '../../world.ts'
import type { Artifact } from '../artifacts/artifact.ts'

type Scan = NonNullable<Image['scan']>

/** One image of a seeded repository. Days are counted back from the moment of seeding. */
export interface ImageSeed {
  artifact: Artifact
  /** None: it is stored untagged. */
  tags?: readonly string[]
  pushed: number
  pulled?: number
  archived?: number
  /** What Inspector found has times, which are counted back like all others. */
  scan?: Scan | ((secondsAt: (daysAgo: number) => number) => Scan)
}

/** One seeded repository, as data; `plant.ts` makes it real. */
export interface RepositorySeed {
  name: string
  created: number
  /** Today's key, where the sandbox would not let anybody choose it: ECR does not say what it does with one (ecr-facts 7). */
  keyToday?: string
  encryption?: 'AES256' | 'aws-managed-key' | 'customer-key' | 'shared-key'
  mutability?: Repository['mutability']
  exclusionFilters?: string[]
  scanOnPush?: boolean
  policy?: unknown
  /** What nobody could put, and what a policy may become: IAM writes ids for identities that are deleted. */
  policyToday?: unknown
  lifecyclePolicy?: unknown
  resourceTags?: Record<string, string>
  images: readonly ImageSeed[]
}
