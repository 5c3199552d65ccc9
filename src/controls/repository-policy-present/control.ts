import { plural } from '../../core/bytes.ts'
import { matchesGlob } from '../../core/glob.ts'
import { fail, notApplicable, pass, type RepositoryControl } from '../control.ts'
import { judgePolicy } from '../policy-verdict.ts'

export const repositoryPolicyPresent: RepositoryControl = {
  id: 'repository-policy-present',
  title: 'The repository has a policy of its own where one is asked for',
  severity: 'low',
  why: 'Without one, identity policies alone decide, and one that is too wide reaches this repository too.',
  needs: ['ecr:GetRepositoryPolicy'],
  mappings: [
    { framework: 'NIST 800-53', ids: ['AC-3'] },
    { framework: 'PCI DSS 4.0.1', ids: ['7.2.1'] },
    { framework: 'SOC 2', ids: ['CC6.1'] },
    { framework: 'ISO 27001:2022', ids: ['A.5.15'] },
  ],
  fix: 'Set a repository policy that says who may pull and push.',
  scope: 'repository',
  judge: ({ name, policy }, _inventory, { requirePolicy }) => {
    const glob = requirePolicy.find((pattern) => matchesGlob(pattern, name))
    if (glob === undefined) return notApplicable('requirePolicy in holdfast.yaml does not name it.')
    const asked = `asked for by ${glob} in requirePolicy`
    return judgePolicy({ policy, none: fail(`No policy, which is ${asked}.`) }, ({ statements }) =>
      statements.length === 0
        ? fail(`The policy has no statement; one is ${asked}.`)
        : pass(`A policy of ${plural(statements.length, 'statement', 'statements')}, as ${asked}.`),
    )
  },
}
