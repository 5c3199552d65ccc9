import { AwsError } from '../../http.ts'
import { presignLayerUrl } from '../../sigv4/presign.ts'
import { within } from '../errors.ts'
import { needText } from '../input/read.ts'
import { needRepository } from '../input/repository.ts'
import { requireUsableKey } from '../key-usable.ts'
import { useOfLayer } from '../layer-store.ts'
import type { EcrOperation } from '../operation.ts'

/**
 * GetDownloadUrlForLayer (ecr-facts 4.9).
 * Assumption: an unusable key shows here as KmsException, although the SDK does not list it for this operation.
 */
export const getDownloadUrlForLayer: EcrOperation = (call) => {
  const { world, registry } = call
  const repository = needRepository(call)
  const digest = needText(call.input, 'layerDigest', { pattern: /^[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+$/ })
  const where = within(repository.name, registry.account)
  if (!Object.hasOwn(repository.layers, digest))
    throw new AwsError(
      'LayersNotFoundException',
      `The layer with digest '${digest}' does not exist in ${where}`,
    )
  if (useOfLayer(repository, digest) !== 'active')
    throw new AwsError(
      'LayerInaccessibleException',
      `No image that can be pulled has layer '${digest}' in ${where}`,
    )
  requireUsableKey(world, registry, repository)
  const { account, region } = registry
  return { downloadUrl: presignLayerUrl(world, { account, region, digest }), layerDigest: digest }
}
