import type { Framework } from './framework.ts'

/** ECR.4 is about public repositories, which Holdfast does not read. */
export const fsbp: Framework = {
  name: 'FSBP',
  title: 'AWS Foundational Security Best Practices (Security Hub)',
  requirements: [
    { id: 'ECR.1', title: 'private repositories are scanned', controls: ['scanning-effective'] },
    { id: 'ECR.2', title: 'tags are immutable', controls: ['tag-immutability'] },
    { id: 'ECR.3', title: 'a lifecycle policy is there', controls: ['lifecycle-present'] },
    { id: 'ECR.5', title: 'customer managed key', controls: ['kms-customer-key'] },
  ],
}
