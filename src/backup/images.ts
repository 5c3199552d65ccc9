import { type Digest, digestOf } from '../core/digest.ts'
import { HoldfastError } from '../core/errors.ts'
import { allSettled, inParallel } from '../core/parallel.ts'
import { readManifest } from '../oci/manifest.ts'
import type { BlobRow, ManifestRow, RepositoryState } from '../vault/format.ts'
import { type Job, skippable } from './job.ts'
import type { FetchedManifest, ListedImage, NotFetched } from './source.ts'

/** One repository while it is being read. */
export interface Reading {
  repository: string
  listing: Map<Digest, ListedImage>
  previous: RepositoryState | undefined
  /** What is held: from the previous state and, as they are copied, the new ones. */
  rows: Map<Digest, ManifestRow>
  blobs: Map<Digest, BlobRow>
  /** Images that could not be read, and why. */
  failures: Map<Digest, Failure>
}

export interface Failure {
  code: string
  reason: string
  /** The registry says that it is not there (any more). A new listing tells whether that is so. */
  missing: boolean
}

/** Images of one repository in flight. Each holds at most a manifest; blobs have a limit of their own. */
const imagesAtOnce = 8

/** Copies every listed image that is not held yet, and children of indexes that the listing lacked. */
export async function copyNewImages(job: Job, reading: Reading): Promise<void> {
  let wanted = [...reading.listing.values()]
    .filter((image) => isWanted(reading, image))
    .map((image) => image.digest)
  const asked = new Set(wanted)
  while (wanted.length > 0) {
    const children = new Set<Digest>()
    job.tally.manifestRequests += wanted.length
    const answers = job.source.manifests(reading.repository, wanted, job.run.signal)
    await inParallel(answers, imagesAtOnce, async (answer) => {
      const row = await copyImage(job, reading, answer)
      for (const child of row?.manifests ?? []) if (isNewChild(reading, child, asked)) children.add(child)
    })
    wanted = [...children]
    for (const child of children) asked.add(child)
  }
}

/** Archived images cannot be read (ecr-facts 2.11); those that are being restored cannot be read yet. */
function isWanted(reading: Reading, image: ListedImage): boolean {
  return image.status === 'active' && !reading.rows.has(image.digest)
}

function isNewChild(reading: Reading, child: Digest, asked: Set<Digest>): boolean {
  const listed = reading.listing.get(child)
  return !reading.rows.has(child) && !asked.has(child) && (!listed || listed.status === 'active')
}

async function copyImage(
  job: Job,
  reading: Reading,
  answer: FetchedManifest | NotFetched,
): Promise<ManifestRow | undefined> {
  if (!('bytes' in answer)) {
    reading.failures.set(answer.digest, { code: answer.code, reason: answer.reason, missing: true })
    return undefined
  }
  try {
    const row = await copyContents(job, reading, answer)
    reading.rows.set(row.digest, row)
    return row
  } catch (error) {
    const failure = skippable(error, job.run)
    reading.failures.set(answer.digest, { ...failure, missing: failure.code === 'registry-not-found' })
    return undefined
  }
}

/** Blobs first, then the manifest: what the vault has of an image is never only its manifest. */
async function copyContents(job: Job, reading: Reading, image: FetchedManifest): Promise<ManifestRow> {
  refuseOtherBytes(reading.repository, image)
  const content = readManifest(image.bytes, image.mediaType)
  const named = new Map(
    [...(content.config ? [content.config] : []), ...content.layers].map((d) => [d.digest, d]),
  )
  await allSettled([...named.values()].map((descriptor) => copyBlob(job, reading, image.digest, descriptor)))
  await copyManifest(job, image)
  const listed = reading.listing.get(image.digest)
  return {
    digest: image.digest,
    mediaType: content.mediaType,
    size: image.bytes.byteLength,
    ...(content.subject && { subject: content.subject.digest }),
    ...(content.artifactType && { artifactType: content.artifactType }),
    ...(listed?.pushedAt && { pushedAt: listed.pushedAt }),
    ...(listed?.lastPull && { lastPull: listed.lastPull }),
    status: 'active',
    blobs: [...named.keys()],
    manifests: [...new Set(content.manifests.map((child) => child.digest))],
    ...(content.external.length > 0 && {
      external: [...new Set(content.external.map((layer) => layer.digest))],
    }),
  }
}

async function copyBlob(
  job: Job,
  reading: Reading,
  image: Digest,
  descriptor: { digest: Digest; size?: number; mediaType?: string },
): Promise<void> {
  const { digest, mediaType } = descriptor
  const known = reading.blobs.get(digest)
  if (known && (descriptor.size === undefined || descriptor.size === known.size)) return
  const wanted = { repository: reading.repository, image, digest }
  const size = await job.copier(
    job,
    descriptor.size === undefined ? wanted : { ...wanted, size: descriptor.size },
  )
  reading.blobs.set(digest, { digest, size, ...(mediaType && { mediaType }) })
}

async function copyManifest(job: Job, image: FetchedManifest): Promise<void> {
  const blob = { body: image.bytes, size: image.bytes.byteLength, signal: job.run.signal }
  const { created } = await job.orStop(job.vault.blobs.put(image.digest, blob))
  if (created) {
    job.tally.copied.manifests++
    job.tally.copied.bytes += image.bytes.byteLength
  } else job.tally.reused.manifests++
}

/** The source has checked this already; law 4 wants it from us. */
function refuseOtherBytes(repository: string, image: FetchedManifest): void {
  const found = digestOf(image.bytes)
  if (found === image.digest) return
  throw new HoldfastError('registry-content-mismatch', {
    what: `${repository}@${image.digest}: the manifest that was sent hashes to ${found}. It was refused.`,
    why: 'It was changed on the way, or the registry holds damaged data.',
    next: 'Run the backup again; if it happens again, push the image anew.',
  })
}
