import { needText, readText } from '../query-input.ts'
import type { QueryCall } from '../query-service.ts'
import type { Xml } from '../xml.ts'
import { detailsOf, findPolicy, needRole, noSuchEntity, rolesOf } from './directory.ts'
import { boundaryOf, encodeDocument, lastUseOf, roleDocument, tagList } from './documents.ts'
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

export function listAttachedRolePolicies(call: QueryCall): Xml {
  const { account, input } = call
  const role = needRole(account, needText(input, 'RoleName'))
  return iamList(call, [...detailsOf(account, role).attached].sort(), {
    list: `ListAttachedRolePolicies ${role.name}`,
    member: 'AttachedPolicies',
    keyOf: (arn) => arn,
    show: (arn) => ({ PolicyName: findPolicy(account, arn)?.name ?? '', PolicyArn: arn }),
  })
}

export function getRolePolicy({ account, input }: QueryCall): Xml {
  const role = needRole(account, needText(input, 'RoleName'))
  const name = needText(input, 'PolicyName')
  const { inline } = detailsOf(account, role)
  const text = Object.hasOwn(inline, name) ? inline[name] : undefined
  if (text === undefined) throw noSuchEntity(`The role policy with name ${name} cannot be found.`)
  return { RoleName: role.name, PolicyName: name, PolicyDocument: encodeDocument(text) }
}
