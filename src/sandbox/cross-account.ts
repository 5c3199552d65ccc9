import { repositoryArn } from '../core/arn.ts'
import { matchesGlob } from '../core/glob.ts'
import { AwsError, type Caller } from './http.ts'
import { listOf, namesCaller, type Statement, statementsOf } from './policy-match.ts'
import { type Registry, registryOf, type World } from './world.ts'

/**
 * The registry that a request is about: the caller's own, or another account's when that account's policies let the
 * caller in (ecr-facts 6.3).
 * Assumption: conditions are not judged here; an Allow that has one does not count, a Deny always does.
 */
export function registryFor(
  world: World,
  caller: Caller,
  action: string,
  input: Record<string, unknown>,
): Registry {
  const wanted = input['registryId']
  const foreign = typeof wanted === 'string' && wanted !== caller.account && Boolean(wanted)
  if (!foreign || !/^\d{12}$/.test(wanted)) return registryOf(world, caller.account, caller.region)
  const names = repositoriesIn(input)
  const registry = Object.hasOwn(world.state.accounts, wanted)
    ? registryOf(world, wanted, caller.region)
    : undefined
  const arns = names.map((name) => repositoryArn({ account: wanted, region: caller.region }, name))
  if (registry && allows(registry, caller, { action, names })) return registry
  throw new AwsError(
    'AccessDeniedException',
    `User: ${caller.arn} is not authorized to perform: ecr:${action} on resource: ${arns[0] ?? '*'} because no resource-based policy allows the ecr:${action} action`,
  )
}

function repositoriesIn(input: Record<string, unknown>): string[] {
  const names = [input['repositoryName'], ...listOf(input['repositoryNames'])]
  return names.filter((name): name is string => typeof name === 'string')
}

function allows(
  registry: Registry,
  caller: Caller,
  { action, names }: { action: string; names: string[] },
): boolean {
  const own = statementsOf(registry.policy)
  const judge = (statements: readonly Statement[]) => {
    const applying = statements.filter((each) => appliesTo(each, caller, action))
    if (applying.some((each) => each.Effect === 'Deny')) return false
    return applying.some((each) => each.Effect === 'Allow' && each.Condition === undefined)
  }
  if (names.length === 0) return judge(own.filter(({ Resource }) => listOf(Resource).includes('*')))
  return names.every((name) => {
    const arn = repositoryArn(registry, name)
    const scoped = own.filter(({ Resource }) =>
      listOf(Resource).some((each) => matchesGlob(String(each), arn)),
    )
    const repository = Object.hasOwn(registry.repositories, name) ? registry.repositories[name] : undefined
    return judge([...scoped, ...statementsOf(repository?.policy)])
  })
}

/** A Deny that is written in a way which is not understood here applies to everybody. */
function appliesTo(statement: Statement, caller: Caller, action: string): boolean {
  const { Effect, NotPrincipal, NotAction, Principal, Action } = statement
  if (NotPrincipal !== undefined || NotAction !== undefined) return Effect === 'Deny'
  const named = listOf(Action).some((each) =>
    matchesGlob(String(each).toLowerCase(), `ecr:${action}`.toLowerCase()),
  )
  return named && namesCaller(Principal, caller)
}
