import type { Place } from './place.ts'

/** Anything that a plan file can hold. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json | undefined }

/** One request that changes something, as data: what a plan shows, what an apply sends. */
export interface Call {
  service: ChangingService
  /** The name of the API operation, `PutLifecyclePolicy`. */
  operation: string
  /** Exactly the request's members. */
  input: Json
  /** Where it is sent; absent: the Region of the plan. */
  region?: string
  /** What must be allowed for it. */
  needs: Need[]
  /**
   * Names of errors after which the same call is sent again for a while: such as a policy that names a role which was
   * made a moment ago.
   */
  retryOn?: string[]
}

export interface Need {
  /** `ecr:PutLifecyclePolicy`. */
  action: string
  /** An ARN, or `*` where AWS takes no other. */
  resource: string
}

/** By the prefix of their IAM actions. */
export type ChangingService =
  | 'ecr'
  | 'kms'
  | 'iam'
  | 'cloudtrail'
  | 'cloudwatch'
  | 'logs'
  | 'events'
  | 'sns'
  | 'ec2'
  | 'lambda'
  | 's3'

/** A call of ECR on a repository, which nearly every one is. */
export function repositoryCall(
  operation: string,
  input: { repositoryName: string } & { readonly [key: string]: Json | undefined },
  place: Place,
): Call {
  const resource = `arn:${place.partition}:ecr:${place.region}:${place.account}:repository/${input.repositoryName}`
  return { service: 'ecr', operation, input, needs: [{ action: `ecr:${operation}`, resource }] }
}

/** A call of ECR on the registry: IAM knows no resource for it (ecr-facts 6.1). */
export function registryCall(operation: string, input: Json): Call {
  return { service: 'ecr', operation, input, needs: [{ action: `ecr:${operation}`, resource: '*' }] }
}

/** The same calls, sent to the Region of their target. */
export function sentTo(region: string | undefined, calls: Call[]): Call[] {
  return region === undefined ? calls : calls.map((call) => ({ ...call, region }))
}
