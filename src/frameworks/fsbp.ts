import type { Framework } from './framework.ts'

export const fsbp: Framework = {
  id: 'fsbp',
  name: 'FSBP',
  title: 'AWS Foundational Security Best Practices (Security Hub)',
  requirements: {
    'ECR.1': 'private repositories are scanned',
    'ECR.2': 'tags are immutable',
    'ECR.3': 'a lifecycle policy is there',
    'ECR.4': 'public repositories carry tags',
    'ECR.5': 'customer managed key',
    'CloudTrail.1': 'a trail of all Regions',
    'CloudTrail.2': 'the trail is encrypted',
    'CloudTrail.4': 'log files are validated',
    'CloudTrail.5': 'the trail goes to CloudWatch Logs',
    'EventBridge.3': 'event buses have a policy',
    'IAM.5': 'MFA for users with a console password',
    'Inspector.2': 'Inspector scans ECR',
    'KMS.3': 'keys are not deleted by mistake',
    'KMS.5': 'keys are not public',
    'Lambda.1': 'functions are not public',
    'Lambda.2': 'functions use supported runtimes',
  },
}
