import type { Inventory } from '../../inventory/inventory.ts'

/** The text of a managed policy, when the inventory has it. */
export function managedDocument({ identities }: Inventory, arn: string): string | undefined {
  const policies = 'ok' in identities ? identities.ok.policies : []
  return policies.find((policy) => policy.arn === arn)?.document
}
