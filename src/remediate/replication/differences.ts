import type { ListedThere } from '../listing.ts'

export interface Difference {
  kind:
    | 'repository-missing'
    | 'image-missing'
    | 'image-extra'
    | 'tag-missing'
    | 'tag-extra'
    /** The tag is on both sides, on different images. */
    | 'tag-differs'
  repository: string
  /** Of an image, or of what a tag is on at the source. */
  digest?: string
  /** What a tag is on at the destination. */
  there?: string
  /** Of an image. */
  tags?: string[]
  tag?: string
  /** Images of a repository that is missing. */
  images?: number
  /** Pushed less than half an hour ago: it may be on its way (ecr-facts 2.4). */
  recent?: true
  /** In the archive here: ECR copies it when it comes back (ecr-facts 2.4). */
  archived?: true
}

const onTheWay = 30 * 60 * 1000

interface Sides {
  repository: string
  here: readonly ListedThere[]
  there: readonly ListedThere[] | undefined
  now: Date
}

/** Every digest and every tag, on both sides. */
export function differencesOf({ repository, here, there, now }: Sides): Difference[] {
  if (!there) return [{ kind: 'repository-missing', repository, images: here.length }]
  const known = new Set(there.map(({ digest }) => digest))
  const own = new Set(here.map(({ digest }) => digest))
  return [
    ...here.filter(({ digest }) => !known.has(digest)).map((image) => missing(repository, image, now)),
    ...there
      .filter(({ digest }) => !own.has(digest))
      .map(({ digest, tags }): Difference => ({ kind: 'image-extra', repository, digest, tags })),
    ...tagDifferences(repository, { here, there, known, own }),
  ]
}

function missing(repository: string, { digest, tags, status, pushedAt }: ListedThere, now: Date): Difference {
  const isRecent = pushedAt !== undefined && now.getTime() - Date.parse(pushedAt) < onTheWay
  return {
    ...{ kind: 'image-missing', repository, digest, tags },
    ...(isRecent && { recent: true }),
    ...(status !== 'ACTIVE' && { archived: true }),
  }
}

interface Tagged {
  here: readonly ListedThere[]
  there: readonly ListedThere[]
  /** Digests that the destination has, and those that the source has. */
  known: ReadonlySet<string>
  own: ReadonlySet<string>
}

/** A tag of an image that is missing, or that is too much, is told with the image. */
function tagDifferences(repository: string, { here, there, known, own }: Tagged): Difference[] {
  const [from, to] = [tagsOf(here), tagsOf(there)]
  const found: Difference[] = []
  for (const [tag, digest] of from) {
    const other = to.get(tag)
    if (other === undefined && known.has(digest)) found.push({ kind: 'tag-missing', repository, tag, digest })
    if (other !== undefined && other !== digest)
      found.push({ kind: 'tag-differs', repository, tag, digest, there: other })
  }
  for (const [tag, digest] of to)
    if (!from.has(tag) && own.has(digest)) found.push({ kind: 'tag-extra', repository, tag, there: digest })
  return found
}

function tagsOf(images: readonly ListedThere[]): Map<string, string> {
  return new Map(images.flatMap(({ digest, tags }) => tags.map((tag) => [tag, digest] as const)))
}
