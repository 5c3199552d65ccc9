import { matchesWildcard } from '../../access/wildcard.ts'
import type { Inventory } from '../../inventory/inventory.ts'
import type { IamRole } from '../../inventory/neighbours.ts'
import { asList } from '../policies/document.ts'

interface Statement {
  Effect?: string
  Principal?: { Service?: string | string[] }
  Action?: string | string[]
  Resource?: string | string[]
  Condition?: object
}

export function roleIn({ identities }: Inventory, arn: string | undefined): IamRole | undefined {
  return 'ok' in identities ? identities.ok.roles.find((role) => role.arn === arn) : undefined
}

/** For certain: a condition, a boundary or a refusal that could concern it is no yes. */
export function roleMay(
  role: IamRole,
  inventory: Inventory,
  { action, resource }: { action: string; resource: string },
): boolean {
  const { identities } = inventory
  const managed = 'ok' in identities ? identities.ok.policies : []
  const attached = managed.filter(({ arn }) => role.attached.includes(arn))
  const statements = [...role.inline, ...attached].flatMap(({ document }) => statementsIn(document))
  const covers = ({ Action, Resource }: Statement) =>
    asList(Action).some((one) => matchesWildcard(one.toLowerCase(), action.toLowerCase())) &&
    asList(Resource).some((one) => matchesWildcard(one, resource))
  const allowed = statements.some((one) => one.Effect === 'Allow' && !one.Condition && covers(one))
  return allowed && !role.boundary && !statements.some((one) => one.Effect === 'Deny' && covers(one))
}

/** Whether a service may take the role on. */
export function trusts({ trust }: IamRole, service: string): boolean {
  return statementsIn(trust).some(
    ({ Effect, Principal }) => Effect === 'Allow' && asList(Principal?.Service).includes(service),
  )
}

function statementsIn(document: string): Statement[] {
  return asList((JSON.parse(document) as { Statement?: Statement | Statement[] }).Statement)
}
