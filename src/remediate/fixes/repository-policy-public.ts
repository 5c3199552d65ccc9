import { repositoryPolicyPublic as control } from '../../controls/repository-policy-public/control.ts'
import type { Fix } from '../fix.ts'
import { namedIn } from '../policies/mend.ts'
import { mendRepositories } from '../policies/repository.ts'
import {
  onlyKnownAccounts,
  onlyNetworks,
  onlyOrganizations,
  remove,
  strictOperators,
} from '../policies/ways.ts'

export const repositoryPolicyPublic: Fix = {
  control: control.id,
  propose: (context) => {
    const { baseline, inventory } = context
    mendRepositories(context, {
      ...{ control, wrong: namedIn('open') },
      ways: [
        strictOperators,
        onlyOrganizations(baseline),
        onlyKnownAccounts(baseline, inventory.registry),
        onlyNetworks(baseline),
        remove,
      ],
      why: 'Accounts that nobody here knows lose access; users and roles of this account keep what their own policies give.',
      otherwise: {
        reason: 'No smaller edit of the policy keeps strangers out.',
        next: 'holdfast access who-can pull REPOSITORY shows who gets in, and by which statement.',
      },
    })
  },
}
