import { emptinessOf, readOperator, unclearIn } from '../../access/condition.ts'
import type { Grant } from '../../access/grant.ts'
import type { Condition, Policy, Statement } from '../../access/policy.ts'
import { fail, notApplicable, pass, type RepositoryControl, type Verdict } from '../control.ts'
import { clip, join } from '../grant-words.ts'
import { judgePolicy, notJudged, readGrants } from '../policy-verdict.ts'

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
  judge: ({ policy }, { registry }) =>
    judgePolicy({ policy, none: notApplicable('No policy, so no conditions.') }, (found) =>
      judgeConditions(found, registry.account),
    ),
}

function judgeConditions(policy: Policy, account: string): Verdict {
  const grants = readGrants(policy, account)
  const allows = policy.statements.filter(({ effect }) => effect === 'Allow')
  const denies = policy.statements.filter(({ effect }) => effect === 'Deny')
  const flaws = [
    ...allows.flatMap((statement, at) => flawsOf(statement, grants[at])),
    ...denies.flatMap(holesIn),
  ]
  const [first] = flaws
  if (first) {
    const more = flaws.length > 1 ? `; ${flaws.length - 1} more such` : ''
    const evidence = { conditions: flaws.slice(0, 20).map((flaw) => clip(flaw, 300)) }
    return fail(`Only seems to restrict: ${clip(first, 300)}${more}.`, evidence)
  }
  const conditions = policy.statements.flatMap((statement) => statement.conditions)
  const unclear = conditions.flatMap((condition) => unclearIn(condition) ?? [])
  if (unclear.length > 0) return notJudged(join([...new Set(unclear)].slice(0, 3)))
  if (conditions.length === 0) return pass('No statement has a condition.')
  return pass('Every condition restricts.', { conditions: conditions.length })
}

function flawsOf(statement: Statement, grant: Grant | undefined): string[] {
  if (!grant || statement.conditions.length === 0) return []
  const named = ({ operator, key }: Condition) => `${operator} ${key}`
  // One condition that holds strangers back is enough, since all must hold; what stands beside it does no harm.
  const all = grant.everybody
    ? openWords(grant)
    : statement.conditions.flatMap((one) => emptyWords(one, statement))
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

function openWords({ narrowed, unclear, deceptive }: Grant): string[] {
  return narrowed.length > 0 || unclear.length > 0 ? [] : deceptive
}

function emptyWords(condition: Condition, statement: Statement): string[] {
  const why = unclearIn(condition) === undefined ? emptinessOf(condition, statement) : undefined
  return why === undefined ? [] : [why]
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
