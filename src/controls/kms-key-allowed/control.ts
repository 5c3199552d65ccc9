import { matchesGlob } from '../../core/glob.ts'
import { fail, notApplicable, pass, type RepositoryControl, unknown, type Verdict } from '../control.ts'
import { keyArn, keyOf, shortKey } from '../repository-key.ts'

export const kmsKeyAllowed: RepositoryControl = {
  id: 'kms-key-allowed',
  title: 'Images are encrypted with one of the keys that you allow',
  severity: 'medium',
  why: 'A key that nobody looks after can be lost, or opened to strangers, and every image with it.',
  needs: ['ecr:DescribeRepositories', 'kms:DescribeKey'],
  mappings: [
    { framework: 'FSBP', ids: ['ECR.5'] },
    { framework: 'NIST 800-53', ids: ['SC-12', 'SC-28(1)'] },
    { framework: 'PCI DSS 4.0.1', ids: ['3.6.1'] },
    { framework: 'SOC 2', ids: ['CC6.1'] },
    { framework: 'ISO 27001:2022', ids: ['A.8.24'] },
  ],
  fix: 'Copy the images into a new repository that is created with an allowed key, or add the key to the list.',
  scope: 'repository',
  judge: (repository, inventory, { allowedKeys }) => {
    if (allowedKeys.length === 0) return notSwitchedOn
    const found = keyOf(repository, inventory)
    if (found.kind === 'none') return fail('No allowed key: encrypted with AES256, by keys of S3.')
    if (found.kind === 'unnamed') return unknown(found.missing)
    const arn = keyArn(found.name, found.key)
    if (arn !== undefined) return judgeArn(arn, allowedKeys)
    return 'error' in found.key ? unknown(found.key.error) : judgeArn(found.name, allowedKeys)
  },
}

const notSwitchedOn = notApplicable(
  'No key is demanded: list the ARNs of those that are allowed in holdfast.yaml, under audit, allowedKeys.',
)

function judgeArn(arn: string, allowed: readonly string[]): Verdict {
  const rule = allowed.find((pattern) => matchesGlob(pattern, arn))
  const evidence = { key: arn }
  if (rule === undefined)
    return fail(`Key ${shortKey(arn)} is not among those of allowedKeys in holdfast.yaml.`, evidence)
  return pass(`Key ${shortKey(arn)} is allowed${rule === arn ? '' : ` by ${rule}`}.`, evidence)
}
