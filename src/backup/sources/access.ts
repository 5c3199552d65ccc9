import type { AwsContext } from '../../aws/context.ts'
import { HoldfastError } from '../../core/errors.ts'
import type { RangeOptions } from './ranges.ts'

/** What a registry is opened with: AWS for ECR, a user name and password for others. Both may be absent. */
export interface RegistryAccess {
  aws?: AwsContext
  username?: string
  password?: string
  /** Read large blobs in several ranges at once. Default: over a network, not from this machine. */
  ranges?: RangeOptions
}

export function requireAws({ aws }: RegistryAccess): AwsContext {
  if (aws) return aws
  throw new HoldfastError('credentials-missing', {
    what: 'An ECR registry was named, but no AWS credentials were given.',
    next: 'Pass an AWS context (openAws).',
  })
}
