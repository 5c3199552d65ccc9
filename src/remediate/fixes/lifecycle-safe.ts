import { lifecycleSafe as control } from '../../controls/lifecycle-safe/control.ts'
import type { RepositoryInventory } from '../../inventory/inventory.ts'
import type { Fix, FixContext } from '../fix.ts'
import { changeLifecycle } from './lifecycle-change.ts'
import {
  type Merged,
  type Scene,
  withoutIdleRules,
  withShields,
  withUntaggedRule,
} from './lifecycle-merge.ts'

/**
 * Keeps the rules, and puts in front what spares images in use; drops rules that can never act; covers untagged images.
 * Done only when the control passes then.
 */
export const lifecycleSafe: Fix = {
  control: 'lifecycle-safe',
  propose: (context) => {
    const { inventory, findings } = context
    const all = 'ok' in inventory.repositories ? inventory.repositories.ok : []
    const names = new Set(findings.map(({ repository }) => repository))
    for (const repository of all.filter(({ name }) => names.has(name))) {
      changeLifecycle(context, {
        repository,
        merge: (text, scene) => mended(text, scene, { repository, context }),
        why: 'Images in use are spared by rules of their own, and every rule does something.',
      })
    }
  },
}

interface Mending {
  repository: RepositoryInventory
  context: FixContext
}

function mended(text: string | null, scene: Scene, { repository, context }: Mending): Merged {
  const { baseline } = context
  const spared = then(withoutIdleRules(text), (rest) => withShields(rest, scene))
  if ('why' in spared || wrongWith(spared.text, { repository, context }) === undefined) return spared
  const covered = withUntaggedRule(spared.text, baseline.lifecycle.untaggedDays, scene)
  const wrong = 'why' in covered ? undefined : wrongWith(covered.text, { repository, context })
  return wrong === undefined ? covered : { why: wrong, inTheWay: [] }
}

function then(merged: Merged, next: (text: string | null) => Merged): Merged {
  return 'text' in merged ? next(merged.text) : merged
}

/** What the control would say of the policy, unless it passes; no policy at all is another control's finding. */
function wrongWith(text: string | null, { repository, context }: Mending): string | undefined {
  if (text === null) return 'No rule is left.'
  const { inventory, baseline } = context
  const changed = { ...repository, lifecyclePolicy: { ok: text } }
  const { status, reason } = control.judge(changed, inventory, baseline.audit)
  return status === 'pass' ? undefined : reason
}
