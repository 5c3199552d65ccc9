import type { Baseline } from './baseline.ts'
import type { Draft } from './draft.ts'
import { accountSetting } from './kinds/account-setting.ts'
import { pullTimeExclusion } from './kinds/pull-time-exclusion.ts'

/** Wishes of the baseline that no control judges: drafted when the whole registry is planned for. */
export function proposeWishes({ accountSettings, pullTimeExclusions }: Baseline, draft: Draft): void {
  for (const [name, value] of Object.entries(accountSettings))
    draft.change(accountSetting, name, () => value, { why: `The baseline wants ${name} to be ${value}.` })
  for (const principal of pullTimeExclusions)
    draft.change(pullTimeExclusion, principal, () => 'excluded', {
      why: 'Its pulls, such as those of a scanner or a backup, make no image look used.',
    })
}
