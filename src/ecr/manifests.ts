import { BatchGetImageCommand, type BatchGetImageCommandOutput } from '@aws-sdk/client-ecr'
import { digestOf } from '../core/digest.ts'
import type { Ask } from './ask.ts'

/** ecr-facts 1.4. */
export const manifestsPerCall = 100

/** A manifest text, or why there is none. `exact` is false when the text does not hash to the digest. */
export type EcrManifest =
  | { digest: string; bytes: Uint8Array; mediaType?: string; exact: boolean }
  | { digest: string; code: string; reason: string }

export interface ManifestQuestion {
  repository: string
  digests: readonly string[]
  /** Everything that a registry may hold; by digest ECR converts nothing (ecr-facts 4.4). */
  mediaTypes: readonly string[]
}

/** For backups only: it moves the image's last pull time (law 2; ecr-facts 2.13). */
export function manifestCalls(ask: Ask) {
  return {
    /** Each digest is answered once, in batches of 100. */
    async *batchGetImage(wanted: ManifestQuestion, signal?: AbortSignal): AsyncIterable<EcrManifest> {
      const digests = [...new Set(wanted.digests)]
      for (let at = 0; at < digests.length; at += manifestsPerCall) {
        const batch = digests.slice(at, at + manifestsPerCall)
        const input = {
          repositoryName: wanted.repository,
          imageIds: batch.map((imageDigest) => ({ imageDigest })),
          acceptedMediaTypes: [...wanted.mediaTypes],
        }
        const answer = await ask(
          { operation: 'BatchGetImage', resource: wanted.repository, signal },
          (ecr, options) => ecr.send(new BatchGetImageCommand(input), options),
        )
        yield* answersFor(batch, answer)
      }
    },
  }
}

function* answersFor(batch: readonly string[], answer: BatchGetImageCommandOutput): Iterable<EcrManifest> {
  const images = new Map((answer.images ?? []).map((image) => [image.imageId?.imageDigest, image]))
  const failures = new Map((answer.failures ?? []).map((failed) => [failed.imageId?.imageDigest, failed]))
  for (const digest of batch) {
    const image = images.get(digest)
    if (image?.imageManifest !== undefined) {
      const bytes = Buffer.from(image.imageManifest, 'utf8')
      const mediaType = image.imageManifestMediaType
      yield { digest, bytes, exact: digestOf(bytes) === digest, ...(mediaType && { mediaType }) }
      continue
    }
    const failure = failures.get(digest)
    yield {
      digest,
      code: failure?.failureCode ?? 'NotAnswered',
      reason: failure?.failureReason ?? 'BatchGetImage did not mention the image.',
    }
  }
}
