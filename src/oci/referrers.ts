import { type Digest, hexOf } from '../core/digest.ts'
import type { Exchange } from './exchange.ts'
import { invalidAnswer } from './failure.ts'
import { pages } from './listings.ts'
import { type Descriptor, readManifest } from './manifest.ts'
import type { FoundManifest } from './manifests.ts'
import { mediaType } from './media-types.ts'

export interface Referrer {
  digest: Digest
  mediaType: string
  artifactType?: string
}

/** The OCI fallback tag of a subject: `sha256-<hex>` (ecr-facts 4.7). */
export function fallbackTag(subject: Digest): string {
  return `sha256-${hexOf(subject)}`
}

type GetManifest = (
  repository: string,
  reference: string,
  signal?: AbortSignal,
) => Promise<FoundManifest | undefined>

export function referrerCalls(exchange: Exchange, manifest: GetManifest) {
  let supported: boolean | undefined
  let first: Promise<Referrer[] | undefined> | undefined
  const fromApi = async (repository: string, subject: Digest, signal?: AbortSignal) => {
    const to = `/v2/${repository}/referrers/${subject}`
    const ask = { operation: 'ListReferrers', method: 'GET', to, repository, access: 'pull', signal } as const
    const found = new Map<Digest, Referrer>()
    let answered = false
    for await (const page of pages(exchange, {
      ...ask,
      headers: { accept: mediaType.ociIndex },
      ok: [200, 404],
    })) {
      answered = true
      for (const referrer of referrersIn(page)) found.set(referrer.digest, referrer)
    }
    return answered ? [...found.values()] : undefined
  }
  return {
    /** What refers to the subject: from the referrers API, or where there is none from the fallback tag. */
    async referrers(repository: string, subject: Digest, signal?: AbortSignal): Promise<Referrer[]> {
      // The first question tells whether there is an API; others wait for it, and are not asked in vain.
      if (supported === undefined) await first?.catch(() => undefined)
      if (supported !== false) {
        first = fromApi(repository, subject, signal)
        const found = await first
        // A registry that has the API answers 200 and an empty index, so 404 means that it has none.
        supported = found !== undefined
        if (found) return found
      }
      const index = await manifest(repository, fallbackTag(subject), signal)
      return index ? readManifest(index.bytes, index.mediaType).manifests.map(toReferrer) : []
    },

    /** Undefined until the first question was answered. */
    referrersSupported: () => supported,
  }
}

function referrersIn(page: Record<string, unknown>): Referrer[] {
  const { manifests } = page
  if (!Array.isArray(manifests)) throw invalidAnswer('A list of referrers without manifests.')
  const read = readManifest(Buffer.from(JSON.stringify({ manifests })), mediaType.ociIndex).manifests
  return read.map((descriptor, at) => {
    const artifactType: unknown = manifests[at]?.artifactType
    return {
      ...toReferrer(descriptor),
      ...(typeof artifactType === 'string' && artifactType && { artifactType }),
    }
  })
}

function toReferrer({ digest, mediaType: type }: Descriptor): Referrer {
  return { digest, mediaType: type }
}
