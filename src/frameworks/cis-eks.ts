import type { Framework } from './framework.ts'

/** The CIS benchmark that has ECR items; the AWS Foundations benchmark has none. */
export const cisEks: Framework = {
  name: 'CIS EKS',
  title: 'CIS Amazon EKS Benchmark, section 5.1',
  requirements: [
    { id: '5.1.1', title: 'images are scanned', controls: ['scanning-effective'] },
    {
      id: '5.1.2',
      title: 'access to ECR is minimal',
      controls: ['repository-policy-public', 'registry-policy-public', 'cross-account-push'],
    },
  ],
}
