import { danglingPrincipals as control } from '../../controls/dangling-principals/control.ts'
import type { Fix } from '../fix.ts'
import { registryPolicy } from '../kinds/registry-policy.ts'
import { repositoryPolicy } from '../kinds/repository-policy.ts'
import { withoutDeleted } from '../policies/deleted.ts'

export const danglingPrincipals: Fix = {
  control: control.id,
  propose: ({ findings, inventory, draft }) => {
    const gone = (text: string | null) => text && withoutDeleted(text, inventory.registry.account)
    const wish = {
      why: 'Ids of deleted users and roles go from the policy. Nobody can use them, so nobody loses anything.',
    }
    for (const { repository } of findings) {
      if (repository === undefined) draft.change(registryPolicy, 'registry', gone, wish)
      else draft.change(repositoryPolicy, repository, gone, wish)
    }
  },
}
