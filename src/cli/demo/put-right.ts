import { isDeepStrictEqual } from 'node:util'
import { type AuditReport, judge } from '../../audit/audit.ts'
import { heldImages } from '../../audit/held.ts'
import type { AwsContext } from '../../aws/context.ts'
import { defaultSettings } from '../../controls/settings.ts'
import type { Run } from '../../core/run.ts'
import { collectInventory } from '../../inventory/collect.ts'
import type { Inventory } from '../../inventory/inventory.ts'
import { type ApplyReport, applyPlan } from '../../remediate/apply.ts'
import { type Baseline, defaultBaseline } from '../../remediate/baseline.ts'
import { openDoor } from '../../remediate/door.ts'
import { openJournal } from '../../remediate/journal.ts'
import { makePlan, type Plan } from '../../remediate/plan.ts'
import { rollBack } from '../../remediate/rollback.ts'
import type { Store } from '../../store/store.ts'
import type { Vault } from '../../vault/vault.ts'

/** What a plan made of the registry, and that it can be taken back. */
export interface PutRight {
  plan: Plan
  applied: ApplyReport
  before: AuditReport
  after: AuditReport
  /** Whether AWS says after the rollback exactly what it said before. */
  asBefore: boolean
}

/** What the people of the demo want: as little as makes the story, everything else is the default. */
const wishes: Baseline = {
  ...defaultBaseline,
  owners: { 'shop/*': 'team-shop', '*': 'team-platform' },
  audit: { ...defaultSettings, trustedAccounts: ['444455556666'] },
}

interface Places {
  aws: AwsContext
  vault: Vault
  journal: Store
}

export async function putRight({ aws, vault, journal: store }: Places, run: Run): Promise<PutRight> {
  const door = await openDoor(aws, run, { vault: async () => vault })
  const look = () => collectInventory(aws, run, {})
  try {
    const inventory = await look()
    const before = judge(inventory, { settings: wishes.audit })
    const held = await heldImages(vault, inventory.registry, run)
    const isHeld = held && { isHeld: held.has }
    const plan = await makePlan(door, { inventory, report: before, baseline: wishes, ...isHeld })
    const journal = openJournal(store)
    // Every repository of the demo is in the snapshot, and the whole is thrown away.
    const applied = await applyPlan(door, { plan, journal }, { max: plan.steps.length })
    const after = judge(await look(), { settings: wishes.audit })
    if (applied.run !== undefined)
      await rollBack(door, { run: await journal.read(applied.run, run.signal), journal })
    const asBefore = isDeepStrictEqual(settled(inventory), settled(await look()))
    return { plan, applied, before, after, asBefore }
  } finally {
    door.close()
  }
}

function settled({ collectedAt: _, requests: __, ...rest }: Inventory): unknown {
  return rest
}
