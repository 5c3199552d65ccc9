import { needText, readText } from '../input/read.ts'
import { namesOf, needRepository } from '../input/repository.ts'
import type { EcrOperation } from '../operation.ts'
import { storeImage } from '../store-image.ts'

export const putImage: EcrOperation = ({ input, ...call }) => {
  const repository = needRepository({ input, ...call })
  const text = needText(input, 'imageManifest', { min: 1, max: 4_194_304 })
  const mediaType = readText(input, 'imageManifestMediaType')
  const tag = readText(input, 'imageTag', { min: 1, max: 300 })
  const expectedDigest = readText(input, 'imageDigest')
  const image = storeImage(call.world, call.registry, repository, {
    bytes: Buffer.from(text, 'utf8'),
    ...(mediaType !== undefined && { mediaType }),
    ...(tag !== undefined && { tag }),
    ...(expectedDigest !== undefined && { expectedDigest }),
  })
  return {
    image: {
      ...namesOf(call.registry, repository),
      imageId: { imageDigest: image.digest, ...(tag !== undefined && { imageTag: tag }) },
      imageManifest: image.manifest,
      imageManifestMediaType: image.mediaType,
    },
  }
}
