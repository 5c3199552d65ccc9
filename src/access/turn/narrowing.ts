import type { LayerName } from '../layer.ts'
import type { Condition, Statement } from '../policy.ts'
import type { PreparedRequest } from '../weigh.ts'
import { matchesWildcard } from '../wildcard.ts'

export interface Subject {
  layer: LayerName
  /** The requests that the statement speaks of: one caller, one resource. */
  prepared: readonly PreparedRequest[]
}

/** Without the actions asked for, where it names them; undefined: it names them by a wildcard, or by what it leaves out. */
export function withoutActions(statement: Statement, { prepared }: Subject): Statement | undefined {
  const { actions } = statement
  const asked = new Set(prepared.map(({ action }) => action.name))
  const isBroad = (pattern: string) =>
    /[*?]/.test(pattern) && [...asked].some((name) => matchesWildcard(pattern.toLowerCase(), name))
  if (actions.not || actions.list.some(isBroad)) return undefined
  const rest = actions.list.filter((action) => !asked.has(action.toLowerCase()))
  return { ...statement, actions: { not: false, list: rest } }
}

/** Of these actions only, without the name: that stays with the other part. */
export function onlyActions(statement: Statement, { prepared }: Subject): Statement {
  const asked = new Set(prepared.map(({ action }) => action.name))
  const list = statement.actions.list.filter((action) => asked.has(action.toLowerCase()))
  return { ...statement, name: 'statement 0', actions: { not: false, list } }
}

/** Without the resource asked for; an empty list: nothing is left of the statement. */
export function withoutResource(statement: Statement, { prepared }: Subject): Statement[] | undefined {
  const { resources } = statement
  const arn = prepared[0]?.resource.arn
  if (arn === undefined || arn === '*' || prepared.some(({ resource }) => resource.arn !== arn))
    return undefined
  if (resources.not) return [{ ...statement, resources: { not: true, list: [...resources.list, arn] } }]
  if (resources.list.join() === '*') return [{ ...statement, resources: { not: true, list: [arn] } }]
  const rest = resources.list.filter((one) => one !== arn)
  if (rest.length === resources.list.length) return undefined
  return rest.length === 0 ? [] : [{ ...statement, resources: { not: false, list: rest } }]
}

/** Without the caller, where the statement names it among its principals; an empty list: it named nobody else. */
export function withoutCaller(statement: Statement, subject: Subject): Statement[] | undefined {
  const { principals } = statement
  const caller = subject.prepared[0]?.caller
  if (!caller || principals.not || principals.list.length === 0) return undefined
  const { kind } = caller.caller
  const isCaller = ({ type, id }: { type: string; id: string }) => {
    if (kind === 'service') return type === 'Service' && id === caller.caller.name
    if (kind === 'federated') return type === 'Federated' && id === caller.caller.provider
    return type === 'AWS' && caller.names.has(id)
  }
  const rest = principals.list.filter((one) => !isCaller(one))
  if (rest.length === principals.list.length) return undefined
  return rest.length === 0 ? [] : [{ ...statement, principals: { not: false, list: rest } }]
}

/** With a condition by which it is not about the caller; undefined: no key of a request says that it is. */
export function sparing(statement: Statement, { prepared }: Subject): Statement | undefined {
  const exempt = exemptionOf(prepared[0])
  if (!exempt) return undefined
  const isSame = ({ operator, key }: Condition) =>
    operator.toLowerCase() === exempt.operator.toLowerCase() && key.toLowerCase() === exempt.key.toLowerCase()
  const { conditions } = statement
  if (!conditions.some(isSame)) return { ...statement, conditions: [...conditions, exempt] }
  return {
    ...statement,
    conditions: conditions.map((one) =>
      isSame(one) ? { ...one, values: [...one.values, ...exempt.values] } : one,
    ),
  }
}

function exemptionOf(request: PreparedRequest | undefined): Condition | undefined {
  const caller = request?.caller.caller
  if (!caller) return undefined
  if (caller.kind === 'service')
    return { operator: 'StringNotEquals', key: 'aws:PrincipalServiceName', values: [caller.name] }
  if (caller.kind === 'account' && caller.account !== '000000000000')
    return { operator: 'StringNotEquals', key: 'aws:PrincipalAccount', values: [caller.account] }
  if (caller.kind === 'user' || caller.kind === 'role')
    return { operator: 'ArnNotEquals', key: 'aws:PrincipalArn', values: [caller.arn] }
  return undefined
}
