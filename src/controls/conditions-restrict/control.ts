import type { Grant } from '../../access/grant.ts'
import { readOperator } from '../../access/operator.ts'
import type { Condition, Statement } from '../../access/policy.ts'
import { emptinessOf } from '../../access/trap-words.ts'
import { unknownIn } from '../../access/who-keys.ts'
import { fail, notApplicable, pass, type RepositoryControl, type Verdict } from '../control.ts'
import { clip, join } from '../grant-words.ts'
import { judgePolicy, notJudged, readGrants, statementsOf } from '../policy-verdict.ts'

export const conditionsRestrict: RepositoryControl = {
  id: 'conditions-restrict',
  title: 'The conditions of the repository policy restrict what they seem to restrict',
  severity: 'high',
  why: 'Whoever reads the policy believes it is closed, and so nobody looks again, while strangers walk in.',
  needs: ['ecr:GetRepositoryPolicy'],
  mappings: [
    { framework: 'CIS EKS', ids: ['5.1.2'] },
    { framework: 'NIST 800-53', ids: ['AC-3'] },
    { framework: 'NIST 800-190', ids: ['4.2.3'] },
    { framework: 'PCI DSS 4.0.1', ids: ['7.2.1'] },
    { framework: 'SOC 2', ids: ['CC6.1'] },
    { framework: 'ISO 27001:2022', ids: ['A.5.15', 'A.8.3'] },
  ],
  fix: 'Use StringEquals with the exact organization, account or network, without IfExists and ForAllValues.',
  scope: 'repository',
  judge: (repository, inventory) =>
    judgePolicy(
      { policy: repository.policy, none: notApplicable('No policy, so no conditions.') },
      (policy) => judgeConditions(readGrants(policy, repository, inventory), statementsOf(policy)),
    ),
}

function judgeConditions(grants: readonly Grant[], statements: readonly Statement[]): Verdict {
  const denies = statements.filter(({ effect }) => effect === 'Deny')
  const flaws = [...grants.flatMap(flawsOf), ...denies.flatMap(holesIn)]
  const [first] = flaws
  if (first) {
    const more = flaws.length > 1 ? `; ${flaws.length - 1} more such` : ''
    const evidence = { conditions: flaws.slice(0, 20).map((flaw) => clip(flaw, 300)) }
    return fail(`Only seems to restrict: ${clip(first, 300)}${more}.`, evidence)
  }
  const conditions = statements.flatMap((statement) => statement.conditions)
  const unclear = conditions.flatMap((condition) => unknownIn(condition) ?? [])
  if (unclear.length > 0) return notJudged(join([...new Set(unclear)].slice(0, 3)))
  if (conditions.length === 0) return pass('No statement has a condition.')
  return pass('Every condition restricts.', { conditions: conditions.length })
}

function flawsOf({ source: statement, everybody, traps }: Grant): string[] {
  const named = ({ operator, key }: Condition) => `${operator} ${key}`
  // One condition that holds strangers back is enough, since all must hold; what stands beside it does no harm.
  const all = everybody ? traps : statement.conditions.flatMap((one) => emptinessOf(one, statement) ?? [])
  return all.map((text) => {
    const others = statement.conditions.map(named).filter((name) => !text.includes(name))
    const beside = others.length > 0 ? `, beside ${others.slice(0, 3).join(', ')}` : ''
    return `${text} (${inWords(statement)}${beside})`
  })
}

/** One without a Sid is named by its place. */
function inWords({ name }: Statement): string {
  return name.startsWith('statement ') ? name : `statement ${name}`
}

/**
 * A Deny does not hit when its key is absent, and an access key brings no MFA key at all (ecr-facts 6.2). With a
 * negated operator an absent key is hit, unless ForAnyValue stands before it.
 */
function holesIn(statement: Statement): string[] {
  return statement.conditions.flatMap((condition) => {
    const { operator, key, values } = condition
    const { set, name, ifExists, negated } = readOperator(operator)
    const isMfa = key.toLowerCase() === 'aws:multifactorauthpresent' && name === 'bool' && !ifExists
    const isHole = isMfa
      ? values.every((value) => value.toLowerCase() === 'false')
      : negated && set === 'ForAnyValue'
    return isHole
      ? [`the Deny by ${operator} ${key} spares whoever brings no such key (${inWords(statement)})`]
      : []
  })
}
