import { HoldfastError, hasCode } from '../core/errors.ts'

/** The vault holds something else than it must. Everything that reads a vault throws this and only this for it. */
export function damaged(key: string, why: string, cause?: unknown): HoldfastError {
  return new HoldfastError('vault-damaged', {
    what: `Damaged in the vault: ${key}`,
    why,
    next: '`holdfast verify` says which images it affects; with --repair it copies again what the registry still has.',
    cause,
  })
}

/** The reason when the error is damage; anything else is thrown on. */
export function reasonOfDamage(error: unknown): string {
  if (hasCode(error, 'vault-damaged', 'vault-format-newer')) return error.why ?? error.message
  throw error
}
