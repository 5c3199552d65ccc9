import type { Readable } from 'node:stream'
import type { AwsContext } from '../../aws/context.ts'
import type { Clock } from '../../core/clock.ts'
import { type Digest, isDigest } from '../../core/digest.ts'
import { HoldfastError, hasCode } from '../../core/errors.ts'
import { isLoopbackHost } from '../../core/reference.ts'
import type { Run } from '../../core/run.ts'
import { type EcrControl, ecrControl } from '../../ecr/control.ts'
import { refuseAwsHost } from '../../ecr/data-plane.ts'
import { type EcrRegistryIdentity, ecrIdentity } from '../../ecr/identity.ts'
import type { EcrImage } from '../../ecr/images.ts'
import { type EcrManifest, manifestsPerCall } from '../../ecr/manifests.ts'
import { readRegistrySettings, registrySettingRequests } from '../../ecr/read-registry.ts'
import { readRepositorySettings } from '../../ecr/read-settings.ts'
import { downloadRule, EcrRegistryClient, prefixed } from '../../ecr/registry-client.ts'
import type { EcrRepository } from '../../ecr/repositories.ts'
import type { ByteRange } from '../../oci/blobs.ts'
import { type Downloader, downloader } from '../../oci/download.ts'
import { isIndexType, manifestMediaTypes } from '../../oci/media-types.ts'
import type { RegistrySettings, RepositorySettings } from '../../vault/format.ts'
import type { FetchedManifest, ForeseenWork, ListedImage, NotFetched, Source } from '../source.ts'
import { type RangeOptions, RangeReader } from './ranges.ts'

export async function openEcrSource(
  { aws, ranges }: { aws: AwsContext; ranges?: RangeOptions | undefined },
  named: { account?: string; region?: string },
  run: Run,
): Promise<Source> {
  const { registry, principal } = await ecrIdentity(aws, named)
  return new EcrSource(aws, { registry, principal, ranges, run })
}

interface Opened {
  registry: EcrRegistryIdentity
  principal: string
  ranges: RangeOptions | undefined
  run: Run
}

class EcrSource implements Source {
  readonly identity: EcrRegistryIdentity
  readonly principal: string
  readonly #aws: AwsContext
  readonly #control: EcrControl
  readonly #downloads: Downloader
  readonly #registry: EcrRegistryClient
  readonly #clock: Clock
  readonly #reader: RangeReader
  readonly #alwaysRanges: boolean
  /** What a listing told, until the settings are asked for. */
  readonly #described = new Map<string, EcrRepository>()
  /** By repository, digests that cannot be pulled now, as the last listing told. */
  readonly #asleep = new Map<string, Set<string>>()

  constructor(aws: AwsContext, open: Opened) {
    this.identity = open.registry
    this.principal = open.principal
    this.#aws = aws
    this.#control = ecrControl(aws)
    this.#downloads = downloader({ addressRule: downloadRule(aws), clock: open.run.clock })
    this.#clock = open.run.clock
    this.#reader = new RangeReader(open.ranges)
    this.#alwaysRanges = open.ranges !== undefined
    this.#registry = new EcrRegistryClient(aws, this.#control, open.run.clock)
  }

  async *repositories(signal: AbortSignal): AsyncIterable<string> {
    for await (const repository of this.#control.describeRepositories(signal)) {
      this.#described.set(repository.name, repository)
      yield repository.name
    }
  }

  async images(repository: string, signal: AbortSignal): Promise<ListedImage[]> {
    const images = await this.#control.describeImages(repository, signal)
    const asleep = images.filter((image) => image.status !== 'ACTIVE').map((image) => image.digest)
    if (asleep.length > 0) this.#asleep.set(repository, new Set(asleep))
    else this.#asleep.delete(repository)
    return images.map(toListed)
  }

  async settings(repository: string, signal: AbortSignal): Promise<RepositorySettings> {
    const listed = this.#described.get(repository)
    this.#described.delete(repository)
    const found = listed ?? (await this.#control.describeRepository(repository, signal))
    if (found) return readRepositorySettings(this.#control, found, signal)
    throw new HoldfastError('registry-not-found', {
      what: `The repository ${repository} does not exist.`,
      next: 'Check the name, the account and the Region.',
    })
  }

  registrySettings(signal: AbortSignal): Promise<RegistrySettings> {
    return readRegistrySettings(this.#control, signal)
  }

  async *manifests(
    repository: string,
    wanted: readonly Digest[],
    signal: AbortSignal,
  ): AsyncIterable<FetchedManifest | NotFetched> {
    const asleep = this.#asleep.get(repository)
    const digests = wanted.filter((digest) => !asleep?.has(digest))
    for (const digest of wanted) if (asleep?.has(digest)) yield archived(digest)
    const question = { repository, digests, mediaTypes: manifestMediaTypes }
    for await (const answer of this.#control.batchGetImage(question, signal)) {
      yield await this.#checked(repository, answer, signal)
    }
  }

  async blob(repository: string, digest: Digest, from: number, signal: AbortSignal): Promise<Readable> {
    const ask = async () => {
      const found = await this.#control.getDownloadUrlForLayer(repository, digest, signal)
      refuseAwsHost(this.#aws, found.hostname)
      return found
    }
    let known = ask()
    // Many parts may be refused at once; the first of them asks again, for all.
    const url = async (refused?: URL) => {
      if (refused && refused === (await known)) known = ask()
      return known
    }
    const open = (range: ByteRange) => this.#downloads.open({ ...range, url, signal })
    const what = `${repository} ${digest}`
    if (!this.#alwaysRanges && isLoopbackHost((await known).hostname)) return (await open({ from })).body
    return this.#reader.read({ open, from, what, clock: this.#clock, signal })
  }

  async moveImage(
    repository: string,
    digest: Digest,
    to: 'standard' | 'archive',
    signal: AbortSignal,
  ): Promise<void> {
    const storageClass = to === 'archive' ? 'ARCHIVE' : 'STANDARD'
    await this.#control.updateImageStorageClass(repository, { digest, storageClass }, signal)
  }

  foresee({ newManifests, blobs }: ForeseenWork): Record<string, number> {
    const batches = newManifests.reduce((sum, count) => sum + Math.ceil(count / manifestsPerCall), 0)
    const work = { BatchGetImage: batches, GetDownloadUrlForLayer: blobs, ...registrySettingRequests }
    const sent = Object.entries(work).map(([name, count]) => [`ecr:${name}`, count] as const)
    return Object.fromEntries(
      [...sent, ['download:GetBlob', blobs] as const].filter(([, count]) => count > 0),
    )
  }

  rateOf(operation: string): number | undefined {
    return this.#aws.budget.rateOf(operation)
  }

  requests(): Record<string, number> {
    return {
      ...this.#aws.requests(),
      ...prefixed('download', this.#downloads.requests()),
      ...this.#registry.requests(),
    }
  }

  async close(): Promise<void> {
    this.#control.close()
    await Promise.all([this.#downloads.close(), this.#registry.close()])
  }

  /** The text of a manifest whose bytes are no valid UTF-8 or were re-encoded does not hash: `/v2/` has the bytes. */
  async #checked(
    repository: string,
    answer: EcrManifest,
    signal: AbortSignal,
  ): Promise<FetchedManifest | NotFetched> {
    const digest = answer.digest as Digest
    if ('code' in answer) return notFetched(digest, answer.code, answer.reason)
    if (answer.exact) return { digest, mediaType: answer.mediaType ?? '', bytes: answer.bytes }
    try {
      const client = await this.#registry.client()
      const found = await client.manifest(repository, digest, signal)
      return found ?? notFetched(digest, 'ImageNotFound', 'It was deleted meanwhile.')
    } catch (error) {
      // One that cannot be read in either way is told, and the others go on.
      if (!hasCode(error, ...costsOneImage)) throw error
      return { digest, code: error.code, reason: `${error.message} ${error.why ?? ''}`.trim() }
    }
  }
}

const costsOneImage = [
  'access-denied',
  'aws-request-failed',
  'endpoint-unreachable',
  'registry-answer-invalid',
  'registry-content-mismatch',
  'registry-request-failed',
] as const

function toListed(image: EcrImage): ListedImage {
  const { digest, subject, pushedAt, lastPull, activatedAt, mediaType, artifactType } = image
  if (!isDigest(digest)) throw badDigest(digest)
  return {
    digest,
    tags: image.tags,
    ...(mediaType && { mediaType }),
    ...(artifactType && { artifactType }),
    ...(subject && isDigest(subject) && { subject }),
    ...(pushedAt && { pushedAt }),
    ...(lastPull && { lastPull }),
    ...(activatedAt && { activatedAt }),
    status: image.status.toLowerCase() as ListedImage['status'],
    // An index is listed with the size of its largest child, which is listed itself.
    size: mediaType && isIndexType(mediaType) ? 0 : image.bytes,
  }
}

/** ecr-facts 1.6, ImageFailureCode. */
function notFetched(digest: Digest, code: string, reason: string): NotFetched {
  return { digest, code: code === 'ImageNotFound' ? 'gone' : code, reason }
}

function archived(digest: Digest): NotFetched {
  const reason = 'Archived images cannot be read until they are restored (ecr-facts 2.11).'
  return { digest, code: 'archived', reason }
}

function badDigest(text: string): HoldfastError {
  return new HoldfastError('registry-answer-invalid', {
    what: `DescribeImages answered an image digest that is none: ${JSON.stringify(text).slice(0, 100)}`,
    next: 'Check the endpoint.',
  })
}
