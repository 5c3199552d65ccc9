import { accountOf, kindOfPrincipal } from '../../access/principal.ts'
import { crossAccountTrusted as control } from '../../controls/cross-account-trusted/control.ts'
import type { Fix } from '../fix.ts'
import { namedIn } from '../policies/mend.ts'
import { mendRepositories } from '../policies/repository.ts'
import {
  onlyKnownAccounts,
  onlyOrganizations,
  remove,
  strictOperators,
  withoutPrincipals,
} from '../policies/ways.ts'

export const crossAccountTrusted: Fix = {
  control: control.id,
  propose: (context) => {
    const { baseline, inventory } = context
    const { registry } = inventory
    const isStranger = (id: string) =>
      kindOfPrincipal({ type: 'AWS', id }, registry.account) === 'other-account' &&
      !baseline.audit.trustedAccounts.includes(accountOf(id))
    mendRepositories(context, {
      ...{ control, wrong: namedIn('statements') },
      ways: [
        strictOperators,
        withoutPrincipals(isStranger),
        onlyOrganizations(baseline),
        onlyKnownAccounts(baseline, registry),
        remove,
      ],
      why: 'Only accounts that holdfast.yaml trusts are let in; the others lose access.',
      otherwise: {
        reason: 'No smaller edit of the policy keeps accounts out that are not trusted.',
        next: 'Add the account to trustedAccounts in holdfast.yaml if it belongs there.',
      },
    })
  },
}
