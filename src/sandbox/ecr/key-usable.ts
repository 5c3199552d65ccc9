import { AwsError } from '../http.ts'
import type { Registry, Repository, World } from '../world.ts'

/** True unless the repository is encrypted with a key that is disabled, pending deletion or gone (ecr-facts 7). */
export function isKeyUsable(world: World, registry: Registry, repository: Repository): boolean {
  const { kmsKey } = repository.encryption
  if (kmsKey === undefined) return true
  const keys = Object.values(world.state.accounts[registry.account]?.kmsKeys ?? {})
  return keys.some((key) => key.arn === kmsKey && key.state === 'Enabled')
}

/** KmsException when image content of the repository can be neither written nor read. */
export function requireUsableKey(world: World, registry: Registry, repository: Repository): void {
  if (isKeyUsable(world, registry, repository)) return
  throw kmsError('The KMS key of the repository is not enabled.', 'DisabledException')
}

export function kmsError(message: string, code: string): AwsError {
  return new AwsError('KmsException', message, { extra: { kmsError: code } })
}
