import { needText, readText } from '../query-input.ts'
import type { QueryCall } from '../query-service.ts'
import type { Xml } from '../xml.ts'
import { detailsOf, needRole, rolesOf } from './directory.ts'
import { boundaryOf, lastUseOf, roleDocument, tagList } from './documents.ts'
import { iamList } from './page.ts'

export function getRole({ account, input }: QueryCall): Xml {
  const role = needRole(account, needText(input, 'RoleName'))
  const details = detailsOf(account, role)
  return {
    Role: {
      ...roleDocument(account, role),
      PermissionsBoundary: boundaryOf(details),
      Tags: tagList(details.tags),
      RoleLastUsed: lastUseOf(account, role),
    },
  }
}

/** Shows no boundaries, tags or last use: for those there is GetRole. */
export function listRoles(call: QueryCall): Xml {
  const { account, input } = call
  const prefix = readText(input, 'PathPrefix') ?? '/'
  const roles = rolesOf(account).filter((role) => detailsOf(account, role).path.startsWith(prefix))
  return iamList(call, roles, {
    list: `ListRoles ${prefix}`,
    member: 'Roles',
    keyOf: ({ name }) => name,
    show: (role) => roleDocument(account, role),
  })
}
