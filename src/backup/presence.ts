import type { Digest } from '../core/digest.ts'
import type { Vault } from '../vault/vault.ts'

/** Answers the size of a blob in the vault, or undefined. */
export type Presence = (digest: Digest) => Promise<number | undefined>

/** Listed before giving up: 20 pages in S3, the price of about 20 heads (or 250 at S3's prices). */
const listingLimit = 20_000

/**
 * How to ask what the vault has. A registry that was never backed up asks for every blob it has: then one listing
 * beats a head for each, unless the vault is large from other registries. With a parent only what changed is asked
 * for, and a listing would cost by the size of the vault instead: then heads.
 * A blob that appears after the listing is copied twice; the second copy finds it there and is not an error.
 */
export function presenceIn(vault: Vault, hasParent: boolean, signal: AbortSignal): Presence {
  const head: Presence = (digest) => vault.blobs.size(digest, signal)
  if (hasParent) return head
  let listing: Promise<Map<Digest, number> | undefined> | undefined
  return async (digest) => {
    listing ??= listAll(vault, signal)
    const all = await listing
    return all ? all.get(digest) : head(digest)
  }
}

/** Everything the vault has, or undefined when that is too much. */
async function listAll(vault: Vault, signal: AbortSignal): Promise<Map<Digest, number> | undefined> {
  const found = new Map<Digest, number>()
  for await (const { digest, size } of vault.blobs.list(signal)) {
    if (found.size >= listingLimit) return undefined
    found.set(digest, size)
  }
  return found
}
