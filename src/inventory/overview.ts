import { type MissingPart, missingIn } from '../controls/missing-parts.ts'
import type { Inventory } from './inventory.ts'

export interface InventoryOverview {
  schema: 'holdfast.inventory-overview/1'
  registry: string
  simulated: boolean
  collectedAt: string
  /** Where the whole inventory was written. */
  file?: string
  redacted: boolean
  repositories: number
  images: number
  /** What could not be read. */
  missing: MissingPart[]
  requests: Record<string, number>
}

/** What an inventory holds, in numbers, and what it lacks. */
export function overviewOf(
  inventory: Inventory,
  { file, redacted = false }: { file?: string; redacted?: boolean },
): InventoryOverview {
  const { registry, collectedAt, repositories, requests } = inventory
  const list = 'ok' in repositories ? repositories.ok : []
  const images = list.map((repository) => ('ok' in repository.images ? repository.images.ok.length : 0))
  return {
    schema: 'holdfast.inventory-overview/1',
    registry: registry.url,
    simulated: registry.simulated,
    collectedAt,
    ...(file && { file }),
    redacted,
    repositories: list.length,
    images: images.reduce((sum, count) => sum + count, 0),
    missing: missingIn(inventory),
    requests,
  }
}
