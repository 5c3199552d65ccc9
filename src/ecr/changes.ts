import { BatchDeleteImageCommand, DeleteRepositoryCommand, PutImageCommand } from '@aws-sdk/client-ecr'
import { HoldfastError } from '../core/errors.ts'
import type { Ask } from './ask.ts'

/** Calls that destroy or move what is there. Who uses them answers for law 1: a verified snapshot comes first. */
export function changeCalls(ask: Ask) {
  return {
    /** With all its images. There is no undo in ECR (ecr-facts 4.8). */
    async deleteRepository(name: string, signal?: AbortSignal): Promise<void> {
      await ask({ operation: 'DeleteRepository', resource: name, signal }, (ecr, options) =>
        ecr.send(new DeleteRepositoryCommand({ repositoryName: name, force: true }), options),
      )
    },

    /** By digest: the image and all its tags. */
    async deleteImage(repository: string, digest: string, signal?: AbortSignal): Promise<void> {
      const input = { repositoryName: repository, imageIds: [{ imageDigest: digest }] }
      const { failures } = await ask(
        { operation: 'BatchDeleteImage', resource: `${repository}@${digest}`, signal },
        (ecr, options) => ecr.send(new BatchDeleteImageCommand(input), options),
      )
      const [failure] = failures ?? []
      if (!failure) return
      throw new HoldfastError('aws-request-failed', {
        what: `ecr:BatchDeleteImage refused ${repository}@${digest}: ${failure.failureCode}`,
        ...(failure.failureReason && { why: failure.failureReason }),
        next: 'Delete what refers to the image first.',
      })
    },

    /** Points a tag at an image that is there already, by putting its manifest again. */
    async tagImage(
      repository: string,
      image: { tag: string; manifest: string; mediaType: string },
      signal?: AbortSignal,
    ): Promise<void> {
      const input = {
        repositoryName: repository,
        imageManifest: image.manifest,
        imageManifestMediaType: image.mediaType,
        imageTag: image.tag,
      }
      await ask({ operation: 'PutImage', resource: `${repository}:${image.tag}`, signal }, (ecr, options) =>
        ecr.send(new PutImageCommand(input), options),
      )
    },
  }
}
