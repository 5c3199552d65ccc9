import type { Fix } from '../fix.ts'
import { repositoryPolicy } from '../kinds/repository-policy.ts'
import { withAdded } from '../policies/document.ts'
import { accountGuard } from '../policies/guard.ts'

export const repositoryPolicyPresent: Fix = {
  control: 'repository-policy-present',
  propose: ({ findings, inventory, baseline, draft }) => {
    const guard = accountGuard(inventory.registry, baseline.audit)
    for (const { repository } of findings) {
      if (repository === undefined) continue
      draft.change(repositoryPolicy, repository, (text) => text ?? withAdded(text, guard), {
        why: 'A policy that refuses accounts nobody here trusts. Today it changes nothing for anybody; it holds when a statement is added that lets in too many.',
      })
    }
  },
}
