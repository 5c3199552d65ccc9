import type { HeldImages } from '../audit/held.ts'
import { hasCode } from '../core/errors.ts'
import type { Inventory } from '../inventory/inventory.ts'
import { type CommandOptions, option } from './command.ts'
import type { CommandContext } from './context.ts'
import { openStoreFor } from './vault.ts'

/** Without a vault nothing is said about snapshots. */
export async function heldIn(
  context: CommandContext,
  options: CommandOptions,
  { registry }: Inventory,
): Promise<HeldImages | undefined> {
  const { openVault } = await import('../vault/vault.ts')
  const { heldImages } = await import('../audit/held.ts')
  const store = await openStoreFor(context, options)
  try {
    const vault = await openVault(store, context.run.signal)
    return await heldImages(vault, registry, context.run)
  } catch (error) {
    const named = option.text(options, 'vault') !== undefined
    if (named || !hasCode(error, 'vault-missing')) throw error
    return undefined
  } finally {
    await store.close()
  }
}
