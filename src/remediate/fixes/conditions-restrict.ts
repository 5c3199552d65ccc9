import { conditionsRestrict as control } from '../../controls/conditions-restrict/control.ts'
import type { Fix } from '../fix.ts'
import { mendRepositories } from '../policies/repository.ts'
import { onlyKnownAccounts, onlyOrganizations, strictOperators } from '../policies/ways.ts'

export const conditionsRestrict: Fix = {
  control: control.id,
  propose: (context) => {
    const { baseline, inventory } = context
    mendRepositories(context, {
      ...{ control, wrong: () => undefined },
      ways: [strictOperators, onlyOrganizations(baseline), onlyKnownAccounts(baseline, inventory.registry)],
      why: 'The condition asks for its key, so that whoever has none is refused, as it was meant.',
      otherwise: {
        reason: 'What the condition was meant to say cannot be read from it.',
        next: 'Name whom it is for: trustedOrganizations or trustedAccounts in holdfast.yaml, then plan again.',
      },
    })
  },
}
