import { accountOf, kindOfPrincipal } from '../../access/principal.ts'
import { registryPolicyPublic as control } from '../../controls/registry-policy-public/control.ts'
import type { Fix } from '../fix.ts'
import { registryPolicy } from '../kinds/registry-policy.ts'
import { withoutDeleted } from '../policies/deleted.ts'
import { mend, namedIn } from '../policies/mend.ts'
import {
  onlyKnownAccounts,
  onlyOrganizations,
  othersOnlyRead,
  remove,
  strictOperators,
  withoutPrincipals,
} from '../policies/ways.ts'

export const registryPolicyPublic: Fix = {
  control: control.id,
  propose: ({ findings, inventory, baseline, draft }) => {
    const { registry } = inventory
    const isStranger = (id: string) =>
      kindOfPrincipal({ type: 'AWS', id }, registry.account) === 'other-account' &&
      !baseline.audit.trustedAccounts.includes(accountOf(id))
    const mended = (text: string | null) =>
      mend(text, {
        judge: (edited) => control.judge({ ...inventory, registryPolicy: { ok: edited } }, baseline.audit),
        wrong: namedIn('open'),
        ways: [
          strictOperators,
          onlyOrganizations(baseline),
          onlyKnownAccounts(baseline, registry),
          ...(baseline.audit.trustedAccounts.length > 0 ? [withoutPrincipals(isStranger)] : []),
          othersOnlyRead(registry),
          remove,
        ],
      })
    const now = 'ok' in inventory.registryPolicy ? inventory.registryPolicy.ok : null
    for (const { resource } of findings) {
      if (mended(now) === undefined) {
        draft.leave({
          resource,
          reason: 'No smaller edit of the policy of the registry keeps strangers out.',
          next: 'Name whom you trust in holdfast.yaml: trustedAccounts or trustedOrganizations, then plan again.',
        })
      } else {
        draft.change(
          registryPolicy,
          'registry',
          (text) => {
            const left = mended(text) ?? null
            return left && withoutDeleted(left, registry.account)
          },
          {
            why: 'Accounts that nobody here knows can no longer push into this registry or make repositories in it.',
            warnings: ['Replication from accounts that are not trusted ends.'],
          },
        )
      }
    }
  },
}
