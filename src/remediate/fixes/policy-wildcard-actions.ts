import { policyWildcardActions as control } from '../../controls/policy-wildcard-actions/control.ts'
import type { Fix } from '../fix.ts'
import { namedIn } from '../policies/mend.ts'
import { mendRepositories } from '../policies/repository.ts'
import { onlyReading } from '../policies/ways.ts'

export const policyWildcardActions: Fix = {
  control: control.id,
  propose: (context) => {
    mendRepositories(context, {
      ...{ control, wrong: namedIn('statements') },
      ways: [onlyReading],
      why: 'The wildcard becomes the names of what it covered that reads and pulls; whoever it is for cannot change anything by it.',
      warnings: [
        'Who pushes or deletes by this statement will be refused: add those actions by name first. holdfast access minimize PRINCIPAL shows what was used.',
      ],
      otherwise: {
        reason: 'The wildcard covers nothing that only reads, so that nobody can tell what is needed of it.',
        next: 'holdfast access minimize PRINCIPAL shows what was used; name those actions in the statement.',
      },
    })
  },
}
