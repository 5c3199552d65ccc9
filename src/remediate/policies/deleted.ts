import { kindOfPrincipal } from '../../access/principal.ts'
import { withStatements } from './document.ts'
import { withoutPrincipals } from './ways.ts'

/**
 * The policy without ids of deleted users and roles; the same text when it names none. ECR takes no policy that names
 * such an id, so that none can be put again that has one (ecr-facts 2.4).
 */
export function withoutDeleted(text: string, account: string): string | null {
  const way = withoutPrincipals((id) => kindOfPrincipal({ type: 'AWS', id }, account) === 'dangling')
  let isSame = true
  const left = withStatements(text, (statement) => {
    const others = way(statement)
    if (JSON.stringify(others ?? [statement]) !== JSON.stringify([statement])) isSame = false
    return others
  })
  return isSame ? text : left
}

/** Why a policy cannot be put back as it was, when it cannot. */
export function whyNoWayBack(from: string | null, account: string): string | undefined {
  return from !== null && withoutDeleted(from, account) !== from
    ? 'The policy names a user or role that was deleted, and AWS takes no policy that does.'
    : undefined
}
