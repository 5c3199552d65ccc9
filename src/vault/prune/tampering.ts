import { plural } from '../../core/bytes.ts'
import { HoldfastError } from '../../core/errors.ts'
import type { Vault } from '../vault.ts'
import { isRootKey } from './delete-lists.ts'
import { versionsByKey } from './erase.ts'

/**
 * Snapshots that somebody hid behind a delete marker or wrote over. Holdfast does neither where versions are kept: a
 * root is created once, and a prune removes it by its version. What such a snapshot needs can be brought back as long
 * as no prune takes the change at its word; so it refuses, until it is told that the loss was intended. Answers the
 * keys of the hidden ones that it was told so of, which then go for good.
 */
export async function refuseTampering(
  vault: Vault,
  accepted: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<string[]> {
  const { conditionalCreate } = vault.header.capabilities
  const wanted: string[] = []
  const tampered: { key: string; how: string }[] = []
  for await (const [latest, ...older] of versionsByKey(vault.store, 'snapshots/', signal)) {
    if (!latest || !isRootKey(latest.key) || older.every(({ marker }) => marker)) continue
    // Without conditional create, a request that was repeated makes two versions of one root.
    if (!latest.marker && !conditionalCreate) continue
    const { key, marker } = latest
    if (!accepted.has(idIn(key))) tampered.push({ key, how: marker ? 'hidden' : 'overwritten' })
    else if (marker) wanted.push(key)
  }
  const [first] = tampered
  if (!first) return wanted
  throw new HoldfastError('prune-refused', {
    what: `${plural(tampered.length, 'snapshot')} of ${vault.store.url} was ${first.how} by something else than Holdfast: ${tampered
      .slice(0, 3)
      .map(({ key }) => key)
      .join(', ')}.`,
    why: 'The bucket still has what was there before. A prune would delete for good what these snapshots need.',
    next: `Bring them back by deleting the newest version of these keys, or say that it was intended: --accept-loss ${idIn(first.key)}.`,
  })
}

const idIn = (key: string): string => key.slice(key.lastIndexOf('-') + 1, -'.json'.length)
