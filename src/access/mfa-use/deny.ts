import { abilityOf } from '../actions.ts'
import { compilePolicy } from '../layer.ts'

/** One of each kind, in lower case, to see whether a statement is about changes. */
export const changingProbes: readonly string[] = [
  ...['ecr:putimage', 'ecr:batchdeleteimage', 'ecr:deleterepository', 'ecr:setrepositorypolicy'],
  ...['ecr:putlifecyclepolicy', 'ecr:putregistrypolicy', 'ecr:createrepository'],
]

/**
 * Everything of ECR that changes something, by beginnings of names, so that what ECR learns tomorrow is in it. Reading
 * and pulling are not, nor are scans and previews, which change nothing.
 */
const changingActions: readonly string[] = [
  ...['ecr:BatchDelete*', 'ecr:Complete*', 'ecr:Create*', 'ecr:Delete*', 'ecr:Deregister*', 'ecr:Initiate*'],
  ...['ecr:Put*', 'ecr:Register*', 'ecr:Replicate*', 'ecr:Set*', 'ecr:StartReplication*'],
  ...['ecr:StopReplication*', 'ecr:TagResource', 'ecr:UntagResource', 'ecr:Update*', 'ecr:Upload*'],
]

const pullingActions: readonly string[] = [
  ...['ecr:BatchGetImage', 'ecr:BatchImport*', 'ecr:GetDownloadUrlForLayer'],
]

/** Whether the deny policy is about an action that is known here, such as `ecr:PutImage`. */
export function isDenied(action: string, pulls: boolean): boolean {
  const ability = abilityOf(action.slice('ecr:'.length))
  return ability !== undefined && ability !== 'read' && (pulls || ability !== 'pull')
}

export interface DenyPolicy {
  Version: '2012-10-17'
  Statement: {
    Sid: string
    Effect: 'Deny'
    Action: string[]
    Resource: '*'
    Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } }
  }[]
}

/**
 * The one that holds for keys, too: `BoolIfExists` in a Deny also fits a call without the key, which is how an access
 * key calls (ecr-facts 6.2). For people only: sessions of services never have a second factor.
 */
export function denyPolicy(pulls: boolean): DenyPolicy {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: pulls ? 'DenyImagesWithoutMfa' : 'DenyImageChangesWithoutMfa',
        Effect: 'Deny',
        Action: pulls ? [...changingActions, ...pullingActions] : [...changingActions],
        Resource: '*',
        Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } },
      },
    ],
  }
}

export const denyPolicyName = 'holdfast-ecr-mfa'

export function compiledDeny(policy: DenyPolicy) {
  return compilePolicy({ name: denyPolicyName, document: JSON.stringify(policy) }, 'identity policy')
}
