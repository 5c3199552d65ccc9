import type { Need } from '../call.ts'
import type { Door } from '../door.ts'
import type { Target } from '../kind.ts'
import { ofRepository, repositoryOf } from '../kinds/repository.ts'
import { repositoryTags } from '../kinds/repository-tags.ts'
import { imagesOf } from '../listing.ts'
import { type Encryption, markerTag } from '../migrate/encryption.ts'
import type { Place } from '../place.ts'
import { contentsOf } from './contents.ts'
import { marksIn } from './mark.ts'

/** A repository as far as it must be the same again: its settings and bytes are in the snapshot. */
export type RetiredState = {
  encryption: Encryption
  images: number
  /** A hash of every digest and tag. */
  contents: string
  /** The tags that say that it may go. */
  marks: { [tag: string]: string }
  /** It is being brought back, and not whole yet: the snapshot that completes it. */
  unfinished?: string
}

export function readNeeds(target: Target, place: Place): Need[] {
  const actions = ['ecr:DescribeRepositories', 'ecr:ListTagsForResource', 'ecr:DescribeImages']
  return actions.map((action) => ofRepository(action, target, place))
}

/** Null: there is no such repository. */
export async function readRetired(door: Door, target: Target): Promise<RetiredState | null> {
  const repository = await repositoryOf(door, target)
  const { state: tags } = await repositoryTags.read(door, target)
  const images = await imagesOf(door, target)
  if (!repository || !tags || !images) return null
  const { encryptionType = 'AES256', kmsKey } = repository.encryptionConfiguration ?? {}
  const unfinished = tags[markerTag]
  return {
    encryption: { type: encryptionType, ...(kmsKey !== undefined && { kmsKey }) },
    images: images.length,
    contents: contentsOf(images),
    marks: marksIn(tags),
    ...(unfinished !== undefined && { unfinished }),
  }
}
