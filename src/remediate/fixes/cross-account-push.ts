import { crossAccountPush as control } from '../../controls/cross-account-push/control.ts'
import type { Fix } from '../fix.ts'
import { namedIn } from '../policies/mend.ts'
import { mendRepositories } from '../policies/repository.ts'
import { onlyReading, othersOnlyRead, remove } from '../policies/ways.ts'

export const crossAccountPush: Fix = {
  control: control.id,
  propose: (context) => {
    mendRepositories(context, {
      ...{ control, wrong: namedIn('statements') },
      ways: [othersOnlyRead(context.inventory.registry), onlyReading, remove],
      why: 'Other accounts can pull as before, and no longer push, delete or change the policy.',
      warnings: ['Pipelines of the other account that push here will be refused.'],
      otherwise: {
        reason: 'No smaller edit of the policy takes the rights to write from other accounts.',
        next: 'holdfast access who-can push REPOSITORY shows by which statement they have them.',
      },
    })
  },
}
