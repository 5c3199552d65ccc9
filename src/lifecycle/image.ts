/** What a listing says about one image, as far as a lifecycle policy looks at it. Times are ISO 8601. */
export interface LifecycleImage {
  digest: string
  tags: readonly string[]
  pushedAt: string
  lastPull?: string
  /** When it last came back from the archive. */
  activatedAt?: string
  /** When it last went into the archive. */
  archivedAt?: string
  status: 'ACTIVE' | 'ARCHIVED' | 'ACTIVATING'
  kind: 'image' | 'index' | 'artifact'
  bytes: number
  mediaType?: string
  subject?: string
  /** Digests that an index holds. Absent: not known, as always in a listing (DescribeImages does not tell). */
  children?: readonly string[]
}

export const day = 86_400_000

/** Assumption (ecr-facts 3.2): an image that is being activated is in neither class until that is done. */
export function classOf({ status }: LifecycleImage): 'standard' | 'archive' | undefined {
  if (status === 'ACTIVATING') return undefined
  return status === 'ACTIVE' ? 'standard' : 'archive'
}

/**
 * The time by which images are ordered, in ms (ecr-facts 3.2, point 6). Not known: as if it were the newest, since
 * nothing may be called expired for want of a date; `time-unknown` warns.
 */
export function orderTime(image: LifecycleImage): number {
  const text = classOf(image) === 'archive' ? image.archivedAt : (image.activatedAt ?? image.pushedAt)
  return timeOf(text) ?? Number.POSITIVE_INFINITY
}

/** From when a rule counts the days of an image, in ms; undefined where that is not known. */
export function ageStart(
  image: LifecycleImage,
  countType: 'sinceImagePushed' | 'sinceImagePulled' | 'sinceImageTransitioned',
): number | undefined {
  if (countType === 'sinceImageTransitioned') return timeOf(image.archivedAt)
  const activated = timeOf(image.activatedAt)
  // Assumption (ecr-facts 3.2, point 8): coming back from the archive starts the age again, else it would go at once.
  if (countType === 'sinceImagePushed') return activated ?? timeOf(image.pushedAt)
  const pulled = timeOf(image.lastPull) ?? timeOf(image.pushedAt)
  return pulled === undefined || activated === undefined ? pulled : Math.max(pulled, activated)
}

function timeOf(text: string | undefined): number | undefined {
  const time = text === undefined ? Number.NaN : Date.parse(text)
  return Number.isNaN(time) ? undefined : time
}
