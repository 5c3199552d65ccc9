import { HoldfastError } from '../core/errors.ts'
import type { AwsSettings } from './context.ts'
import type { Profile } from './profile.ts'

/** Flag, then AWS_REGION, then AWS_DEFAULT_REGION (which the SDK for JavaScript does not read), then the profile. */
export function resolveRegion(settings: AwsSettings, env: NodeJS.ProcessEnv, profile: Profile): string {
  const region = settings.region || env['AWS_REGION'] || env['AWS_DEFAULT_REGION'] || profile.region
  if (!region) {
    throw new HoldfastError('region-missing', {
      what: 'No AWS Region was given.',
      why: `Neither AWS_REGION nor AWS_DEFAULT_REGION is set, and profile ${profile.name} names none.`,
      next: 'Pass --region eu-west-1 (yours), or set AWS_REGION.',
    })
  }
  if (/^[a-z]{2,4}(-[a-z]+)+-\d+$/.test(region)) return region
  throw new HoldfastError('region-missing', {
    what: `Not an AWS Region: ${JSON.stringify(region)}`,
    next: 'Pass --region with a name such as eu-west-1.',
  })
}
