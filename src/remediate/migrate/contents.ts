import type { ListedImage, Source } from '../../backup/source.ts'
import { shortDigest } from '../../core/digest.ts'
import { canonicalText } from '../../vault/canonical.ts'
import type { RepositorySettings, RepositoryState } from '../../vault/format.ts'
import { markerTag } from './encryption.ts'

export interface Shown {
  images: readonly ListedImage[]
  settings: RepositorySettings
}

/** The repository as it is now, with archived and untagged images (law 10). */
export async function shownBy(source: Source, repository: string, signal: AbortSignal): Promise<Shown> {
  const images = await source.images(repository, signal)
  return { images, settings: await source.settings(repository, signal) }
}

/** The first thing in which a repository differs from its state in a snapshot; undefined: in nothing. */
export function differenceOf({ images, settings }: Shown, state: RepositoryState): string | undefined {
  const extra = extraIn(images, state)
  if (extra !== undefined) return extra
  const there = new Map(images.map((image) => [image.digest, image]))
  for (const { digest, status } of state.manifests) {
    const image = there.get(digest)
    if (!image) return `${shortDigest(digest)} is not there`
    if (image.status !== status) return `${shortDigest(digest)} is ${image.status}, not ${status}`
  }
  const tags = new Set(images.flatMap((image) => image.tags))
  const lost = Object.keys(state.tags).find((tag) => !tags.has(tag))
  if (lost !== undefined) return `tag ${lost} is not there`
  return settingDifference(settings, state.settings)
}

/** What the snapshot does not have: an image, or a tag that is on another one there. */
export function extraIn(images: readonly ListedImage[], state: RepositoryState): string | undefined {
  const rows = new Set(state.manifests.map(({ digest }) => digest))
  for (const { digest, tags } of images) {
    if (!rows.has(digest)) return `${shortDigest(digest)} came in meanwhile`
    const moved = tags.find((tag) => state.tags[tag] !== digest)
    if (moved !== undefined) return `tag ${moved} is on ${shortDigest(digest)} since`
  }
  return undefined
}

const compared = ['policy', 'lifecyclePolicy', 'tagMutability', 'scanOnPush', 'resourceTags'] as const

function settingDifference(now: RepositorySettings, then: RepositorySettings): string | undefined {
  const name = compared.find((one) => settingText(now, one) !== settingText(then, one))
  return name && `its ${name} differs`
}

function settingText(settings: RepositorySettings, name: (typeof compared)[number]): string {
  const value = name === 'resourceTags' ? ownTags(settings) : (settings[name] ?? null)
  return canonicalText(value)
}

/** Without those that AWS makes, and without the mark. */
export function ownTags({ resourceTags = {} }: RepositorySettings): Record<string, string> {
  const own = Object.entries(resourceTags).filter(([key]) => key !== markerTag && !/^aws:/i.test(key))
  return Object.fromEntries(own)
}
