import { fail, pass, type RepositoryControl, type Verdict } from '../control.ts'

export const kmsEncryption: RepositoryControl = {
  id: 'kms-encryption',
  title: 'Images are encrypted with a KMS key',
  severity: 'low',
  why: 'Without a KMS key there is no key policy, no record of who read the images at rest, and no way to cut it off.',
  needs: ['ecr:DescribeRepositories'],
  mappings: [
    { framework: 'NIST 800-53', ids: ['SC-28', 'SC-28(1)'] },
    { framework: 'PCI DSS 4.0.1', ids: ['3.5.1'] },
    { framework: 'SOC 2', ids: ['CC6.1'] },
    { framework: 'ISO 27001:2022', ids: ['A.8.24'] },
  ],
  fix: 'Copy the images into a new repository that is created with KMS: encryption cannot be changed later.',
  scope: 'repository',
  judge: ({ encryption: { type } }) => {
    if (type === 'AES256')
      return fail('Encrypted with AES256, by keys of S3: no key policy, and no record of their use.')
    return types.get(type) ?? notKnown(type)
  },
}

const types = new Map([
  ['KMS', pass('Encrypted with KMS.')],
  ['KMS_DSSE', pass('Encrypted with KMS, in two layers (KMS_DSSE).')],
])

function notKnown(type: string): Verdict {
  const reason = `Not judged: the encryption type ${JSON.stringify(type)} is not known here.`
  return { status: 'unknown', reason, evidence: { type } }
}
