import { grantedActions } from '../../access/actions.ts'
import type { Grant } from '../../access/grant.ts'
import type { Statement } from '../../access/policy.ts'
import { fail, pass, type RepositoryControl, type Verdict } from '../control.ts'
import { clip, join } from '../grant-words.ts'
import { judgePolicy, readGrants } from '../policy-verdict.ts'

export const policyWildcardActions: RepositoryControl = {
  id: 'policy-wildcard-actions',
  title: 'The repository policy names its actions and its principals',
  severity: 'high',
  why: 'A wildcard gives deletions and policy changes to somebody who needed a pull, and whatever AWS adds next.',
  needs: ['ecr:GetRepositoryPolicy'],
  mappings: [
    { framework: 'CIS EKS', ids: ['5.1.2'] },
    { framework: 'NIST 800-53', ids: ['AC-6'] },
    { framework: 'NIST 800-190', ids: ['4.2.3'] },
    { framework: 'PCI DSS 4.0.1', ids: ['7.2.2'] },
    { framework: 'SOC 2', ids: ['CC6.3'] },
    { framework: 'ISO 27001:2022', ids: ['A.5.15', 'A.8.2'] },
  ],
  fix: 'List the actions that are needed, such as ecr:BatchGetImage and ecr:GetDownloadUrlForLayer for a pull.',
  scope: 'repository',
  judge: (repository, inventory) =>
    judgePolicy({ policy: repository.policy, none: 'No policy, so no statement is too wide.' }, (policy) =>
      judgeStatements(readGrants(policy, repository, inventory)),
    ),
}

function judgeStatements(grants: readonly Grant[]): Verdict {
  const working = grants.filter(reachesSomebody).map(({ source }) => source)
  const found = working.flatMap((statement) => {
    const why = tooWide(statement)
    return why === undefined ? [] : [{ statement: clip(statement.name), why }]
  })
  const [first] = found
  if (first) {
    const more = found.length > 1 ? `; ${found.length - 1} more such` : ''
    return fail(`${wordsFor(first.statement)} ${first.why}${more}.`, { statements: found.slice(0, 20) })
  }
  const reading = working.flatMap(({ actions }) => actions.list.filter(isPattern))
  if (reading.length === 0) return pass('Every statement names its actions.')
  return pass(
    `Wildcards only for reading: ${join([...new Set(reading)].slice(0, 5).map((one) => clip(one)))}.`,
  )
}

/**
 * A statement for the account itself decides nothing: its users and roles still need identity policies, and those say
 * what they may do. Ids of the deleted are nobody, and what a Deny takes from all whom it names is for nobody.
 */
function reachesSomebody({ guests, insiders }: Grant): boolean {
  return guests.length + insiders.length > 0
}

function tooWide({ principals, actions }: Statement): string | undefined {
  if (principals.not) return 'allows everybody but those it names (NotPrincipal)'
  if (actions.not) return 'allows every action but those it names (NotAction)'
  const wide = actions.list.filter((action) => isPattern(action) && !onlyReads(action))
  if (wide.length === 0) return undefined
  const { names } = grantedActions({ not: false, list: wide })
  return `allows ${join(wide.slice(0, 3).map((one) => clip(one)))}, which covers ${exampleOf(names)}`
}

/** The gravest of what it covers. */
function exampleOf(names: readonly string[]): string {
  const grave = ['SetRepositoryPolicy', 'BatchDeleteImage', 'DeleteRepository', 'PutImage']
  const examples = [...grave.filter((name) => names.includes(name)), ...names].slice(0, 2)
  return examples.length > 0
    ? `${join([...new Set(examples)])} (${names.length} actions)`
    : 'no action known here'
}

function isPattern(action: string): boolean {
  return /[*?]/.test(action)
}

function onlyReads(action: string): boolean {
  const { abilities, unlisted } = grantedActions({ not: false, list: [action] })
  // A pattern of another service means nothing in a repository policy.
  return unlisted.length === 0 && [...abilities].every((ability) => ability === 'read' || ability === 'pull')
}

function wordsFor(name: string): string {
  return name.startsWith('statement ') ? `S${name.slice(1)}` : `Statement ${name}`
}
