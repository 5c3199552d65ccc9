import { usedImages } from '../inventory/deployed-scans.ts'
import type { ImageInventory, Inventory, RepositoryInventory } from '../inventory/inventory.ts'
import type { ImageUse } from '../inventory/neighbours.ts'

export interface UnusedOptions {
  /** Pushed and last pulled longer ago than this. */
  days: number
  /** Whether the newest snapshot holds an image; undefined: no snapshot was asked. */
  isHeld?: (repository: string, digest: string) => boolean
}

export interface UnusedReport {
  schema: 'holdfast.unused/1'
  registry: string
  simulated: boolean
  at: string
  days: number
  repositories: UnusedRepository[]
  /** Why `unused` is no proof: sources that did not answer, pulls that are not recorded. */
  doubts: string[]
  totals: { repositories: number; images: number; bytes: number; usdMonth: number }
  /** What the price is, and of when. */
  price: string
}

export interface UnusedRepository {
  repository: string
  /** `unused`: as a whole. `partly`: some of its images are. */
  verdict: 'used' | 'partly' | 'unused' | 'empty' | 'unknown'
  reason: string
  /** Pulls in the last 90 days as CloudWatch counted them. */
  pulls?: number
  images: UnusedImage[]
  imagesInAll: number
  /** At most: layers that other images share are counted with each. */
  bytes: number
  usdMonth: number
  /** All of the unused images are in the newest snapshot. */
  held?: boolean
}

export interface UnusedImage {
  digest: string
  tags: string[]
  kind: string
  bytes: number
  pushedAt: string
  lastPull?: string
  reason: string
  held?: boolean
}

const day = 86_400_000
/** Assumption: list price of standard storage in us-east-1, March 2026, from third parties (ecr-facts 10). */
const usdPerGbMonth = 0.1

/**
 * What nobody seems to use, per repository and image: pushed long ago, not pulled since, not running, no part of an
 * index in use, no referrer of an image in use (ecr-facts 8). Reports; whether to delete is for people.
 */
export function findUnused(inventory: Inventory, options: UnusedOptions): UnusedReport {
  const { registry, collectedAt, repositories } = inventory
  const list = 'ok' in repositories ? repositories.ok : []
  const judged = list.map((repository) => judgeRepository(repository, inventory, options))
  const unused = judged.filter(({ images }) => images.length > 0)
  const bytes = unused.reduce((sum, one) => sum + one.bytes, 0)
  return {
    schema: 'holdfast.unused/1',
    registry: registry.url,
    simulated: registry.simulated,
    at: collectedAt,
    days: options.days,
    repositories: judged,
    doubts: doubtsAbout(inventory),
    totals: {
      repositories: judged.filter(({ verdict }) => verdict === 'unused' || verdict === 'empty').length,
      images: unused.reduce((sum, { images }) => sum + images.length, 0),
      bytes,
      usdMonth: monthly(bytes),
    },
    price: `${usdPerGbMonth.toFixed(2)} USD a GB-month (list price of us-east-1, March 2026)`,
  }
}

function judgeRepository(
  repository: RepositoryInventory,
  inventory: Inventory,
  options: UnusedOptions,
): UnusedRepository {
  const { name, images } = repository
  const empty = {
    repository: name,
    images: [],
    imagesInAll: 0,
    bytes: 0,
    usdMonth: 0,
    ...pullsOf(inventory, name),
  }
  if ('error' in images) {
    const reason = `Its images could not be listed: ${images.error.code} (needs ${images.error.needs}).`
    return { ...empty, verdict: 'unknown', reason }
  }
  const age = ageInDays(repository.createdAt, inventory)
  if (images.ok.length === 0) {
    const young = age <= options.days
    const reason = young ? `Empty, and only ${age} days old.` : `Empty, and created ${age} days ago.`
    return { ...empty, verdict: young ? 'used' : 'empty', reason }
  }
  const uses = usesOf(inventory).filter((use) => use.repository === name)
  const unused = unusedImages(images.ok, { repository: name, uses, inventory, options })
  const whole = unused.length === images.ok.length
  const bytes = unused.reduce((sum, image) => sum + image.bytes, 0)
  return {
    ...empty,
    verdict: whole ? 'unused' : unused.length > 0 ? 'partly' : 'used',
    reason: reasonOf(repository, { uses, unused, days: options.days }),
    images: unused,
    imagesInAll: images.ok.length,
    bytes,
    usdMonth: monthly(bytes),
    ...(options.isHeld && unused.length > 0 && { held: unused.every(({ held }) => held) }),
  }
}

interface Judging {
  repository: string
  uses: readonly ImageUse[]
  inventory: Inventory
  options: UnusedOptions
}

function unusedImages(images: readonly ImageInventory[], judging: Judging): UnusedImage[] {
  const { repository, uses, inventory, options } = judging
  const kept = keptImages(images, { uses, isRecent: (image) => isRecent(image, inventory, options.days) })
  return images
    .filter((image) => !kept.has(image.digest))
    .map((image) => ({
      digest: image.digest,
      tags: image.tags,
      kind: image.kind,
      bytes: image.bytes,
      pushedAt: image.pushedAt,
      ...(image.lastPull && { lastPull: image.lastPull }),
      reason: whyUnused(image, inventory),
      ...(options.isHeld && { held: options.isHeld(repository, image.digest) }),
    }))
}

/** In use or recent themselves; parts of such an index; and what refers to one of them. */
export function keptImages(
  images: readonly ImageInventory[],
  { uses, isRecent }: { uses: readonly ImageUse[]; isRecent: (image: ImageInventory) => boolean },
): Set<string> {
  const kept = new Set([...usedImages(images, uses), ...images.filter(isRecent)].map(({ digest }) => digest))
  const indexes = images.filter(({ kind, digest }) => kind === 'index' && kept.has(digest))
  for (const image of images) {
    // Which children an index has is only in its manifest, which must not be read here (law 2).
    if (image.tags.length === 0 && indexes.some((index) => pushedTogether(image, index)))
      kept.add(image.digest)
  }
  // A referrer of a referrer needs another round.
  for (let before = -1; before !== kept.size; ) {
    before = kept.size
    for (const { digest, subject } of images) if (subject && kept.has(subject)) kept.add(digest)
  }
  return kept
}

const pushWindow = 10 * 60_000

function pushedTogether(image: ImageInventory, index: ImageInventory): boolean {
  return Math.abs(Date.parse(image.pushedAt) - Date.parse(index.pushedAt)) <= pushWindow
}

function isRecent(image: ImageInventory, inventory: Inventory, days: number): boolean {
  const times = [image.pushedAt, image.lastPull].filter((time) => time !== undefined)
  // A time that cannot be read proves nothing.
  return times.some((time) => !(ageInDays(time, inventory) > days))
}

function whyUnused(image: ImageInventory, inventory: Inventory): string {
  const archived = image.status === 'ARCHIVED' ? 'Archived; ' : ''
  const pull = image.lastPull
    ? `last pull ${ageInDays(image.lastPull, inventory)} days ago`
    : 'no pull on record'
  const text = `${archived}${pull}, pushed ${ageInDays(image.pushedAt, inventory)} days ago.`
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function reasonOf(
  { images }: RepositoryInventory,
  found: { uses: readonly ImageUse[]; unused: readonly UnusedImage[]; days: number },
): string {
  const count = 'ok' in images ? images.ok.length : 0
  const { uses, unused, days } = found
  const [use] = uses
  const running = use
    ? ` In use: ${use.what} ${use.by}${uses.length > 1 ? ` and ${uses.length - 1} more` : ''}.`
    : ''
  if (unused.length === 0) return `Pushed to, pulled from or in use within ${days} days.${running}`
  if (unused.length === count) return `Nothing was pushed, pulled or found in use within ${days} days.`
  return `${unused.length} of ${count} images were neither pushed, pulled nor found in use within ${days} days.${running}`
}

function usesOf({ uses }: Inventory): ImageUse[] {
  return Object.values(uses).flatMap((answer) => ('ok' in answer ? answer.ok : []))
}

function pullsOf({ pulls }: Inventory, name: string): { pulls?: number } {
  return 'ok' in pulls ? { pulls: pulls.ok[name] ?? 0 } : {}
}

function doubtsAbout({ uses, pulls, pullTimeExclusions, repositories }: Inventory): string[] {
  const sources = Object.entries(uses)
  const doubts = sources.flatMap(([source, answer]) =>
    'error' in answer
      ? [`What ${source} runs could not be read: ${answer.error.code} (needs ${answer.error.needs}).`]
      : [],
  )
  if (sources.length === 0) doubts.push('Nobody was asked what is in use.')
  if (!uses.file)
    doubts.push('Kubernetes and other accounts cannot be asked: name what they run with --in-use.')
  if ('error' in repositories)
    doubts.push(`The repositories could not be listed: ${repositories.error.code}.`)
  if ('error' in pulls)
    doubts.push(`Pulls were not counted: ${pulls.error.code} (needs ${pulls.error.needs}).`)
  if ('ok' in pullTimeExclusions && pullTimeExclusions.ok.length > 0)
    doubts.push(`Pulls by ${pullTimeExclusions.ok.join(', ')} are not recorded.`)
  if ('error' in pullTimeExclusions) doubts.push('Whose pulls are not recorded is not known.')
  return doubts
}

function ageInDays(time: string, { collectedAt }: Inventory): number {
  return Math.floor((Date.parse(collectedAt) - Date.parse(time)) / day)
}

function monthly(bytes: number): number {
  return Math.round((bytes / 1e9) * usdPerGbMonth * 100) / 100
}
