import { isLayerReferenced } from '../ecr/layer-store.ts'
import { refusalOf } from '../enforce/decide.ts'
import type { Layer, Repository } from '../world.ts'
import type { RegistryCall } from './registry-call.ts'

/**
 * Gives the repository a blob that another one has, if everything allows it (ecr-facts 4.5); undefined when the
 * client must send it. A mount that cannot be done is never an error.
 */
export function mountBlob(
  { world, caller, registry, request }: RegistryCall,
  target: Repository,
): Layer | undefined {
  const digest = request.query.get('mount')
  const from = request.query.get('from')
  if (digest === null || from === null || registry.settings['BLOB_MOUNTING'] !== 'ENABLED') return undefined
  const source = Object.hasOwn(registry.repositories, from) ? registry.repositories[from] : undefined
  const layer = source?.layers[digest]
  if (!source || !layer || !isLayerReferenced(source, digest)) return undefined
  if (!hasSameEncryption(source, target)) return undefined
  const need = { action: 'ecr:GetDownloadUrlForLayer', resource: source.arn }
  if (world.enforceIam && refusalOf(world, caller, need) !== undefined) return undefined
  return (target.layers[digest] = { ...layer, addedAt: world.now() })
}

function hasSameEncryption(one: Repository, other: Repository): boolean {
  const { encryptionType, kmsKey } = one.encryption
  return encryptionType === other.encryption.encryptionType && kmsKey === other.encryption.kmsKey
}
