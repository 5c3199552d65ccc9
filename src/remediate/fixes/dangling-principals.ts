import { kindOfPrincipal } from '../../access/principal.ts'
import { danglingPrincipals as control } from '../../controls/dangling-principals/control.ts'
import type { Fix } from '../fix.ts'
import { registryPolicy } from '../kinds/registry-policy.ts'
import { repositoryPolicy } from '../kinds/repository-policy.ts'
import { statementsOf, withStatement } from '../policies/document.ts'
import { withoutPrincipals } from '../policies/ways.ts'

export const danglingPrincipals: Fix = {
  control: control.id,
  propose: ({ findings, inventory, draft }) => {
    const isDeleted = (id: string) =>
      kindOfPrincipal({ type: 'AWS', id }, inventory.registry.account) === 'dangling'
    const wish = {
      why: 'Ids of deleted users and roles go from the policy. Nobody can use them, so nobody loses anything.',
    }
    for (const { repository } of findings) {
      if (repository === undefined)
        draft.change(registryPolicy, 'registry', (text) => without(text, isDeleted), wish)
      else draft.change(repositoryPolicy, repository, (text) => without(text, isDeleted), wish)
    }
  },
}

function without(text: string | null, isDeleted: (id: string) => boolean): string | null {
  const way = withoutPrincipals(isDeleted)
  let left = text
  for (const { name, statement } of text === null ? [] : statementsOf(text)) {
    const others = way(statement)
    const isSame = others === undefined || JSON.stringify(others) === JSON.stringify([statement])
    if (left !== null && !isSame) left = withStatement(left, name, others)
  }
  return left
}
