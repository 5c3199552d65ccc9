import type { Fix, FixContext } from '../fix.ts'
import { changeLifecycle } from './lifecycle-change.ts'
import { withUntaggedRule } from './lifecycle-merge.ts'

/** The policy that takes the least: untagged images by age. Which releases go is for people to say. */
export const lifecyclePresent: Fix = { control: 'lifecycle-present', propose: addUntaggedRule }

export function addUntaggedRule(context: FixContext): void {
  const { inventory, findings, baseline } = context
  const { untaggedDays } = baseline.lifecycle
  const all = 'ok' in inventory.repositories ? inventory.repositories.ok : []
  const names = new Set(findings.map(({ repository }) => repository))
  for (const repository of all.filter(({ name }) => names.has(name))) {
    changeLifecycle(context, {
      repository,
      merge: (text, scene) => withUntaggedRule(text, untaggedDays, scene),
      why: `Untagged images expire ${untaggedDays} days after their push, whenever they lost their tag.`,
    })
  }
}
