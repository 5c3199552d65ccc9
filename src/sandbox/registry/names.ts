import { isDigest } from '../../core/digest.ts'
import { isRepositoryName } from '../../core/reference.ts'
import { RegistryError } from './registry-error.ts'

export function checkRepositoryName(name: string): void {
  if (isRepositoryName(name)) return
  throw new RegistryError('NAME_INVALID', `The repository name '${name}' is not valid`, { status: 400 })
}

/** ECR addresses content by sha256 and nothing else (ecr-facts 4.4). */
export function checkDigest(digest: string | null): string {
  if (digest !== null && isDigest(digest)) return digest
  throw new RegistryError('DIGEST_INVALID', 'The digest is not a sha256 digest', { status: 400 })
}
