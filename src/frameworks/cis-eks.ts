import type { Framework } from './framework.ts'

/** The CIS benchmark that has ECR items; the AWS Foundations benchmark has none. */
export const cisEks: Framework = {
  id: 'cis-eks',
  name: 'CIS EKS',
  title: 'CIS Amazon EKS Benchmark, section 5.1',
  requirements: {
    '5.1.1': 'images are scanned',
    '5.1.2': 'access to ECR is minimal',
    '5.1.3': 'clusters only read from ECR',
    '5.1.4': 'only approved registries',
  },
}
