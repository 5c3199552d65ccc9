import { HoldfastError } from '../core/errors.ts'
import type { AwsService, AwsSettings } from './context.ts'
import type { Profile } from './profile.ts'

/** What AWS calls a service in its own settings, where that is not the prefix of its actions. */
const settingsNames: Partial<Record<AwsService, string>> = {
  logs: 'cloudwatch_logs',
  events: 'eventbridge',
  'ecr-public': 'ecr_public',
}

type Sources = { settings: AwsSettings; env: NodeJS.ProcessEnv; profile: Profile }

/**
 * The custom endpoint of a service: the flag, AWS_ENDPOINT_URL_<SERVICE>, AWS_ENDPOINT_URL, then the profile's
 * `services` section and `endpoint_url`. Undefined: AWS itself.
 */
export function endpointFor(service: AwsService, { settings, env, profile }: Sources): string | undefined {
  if (settings.endpoint) return checked(settings.endpoint)
  if (profile.ignoreEndpoints || env['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS'] === 'true') return undefined
  const name = settingsNames[service] ?? service
  const found =
    env[`AWS_ENDPOINT_URL_${name.toUpperCase()}`] ||
    env['AWS_ENDPOINT_URL'] ||
    profile.serviceEndpoints[name] ||
    profile.endpoint
  return found ? checked(found) : undefined
}

function checked(endpoint: string): string {
  if (/^https?:\/\//i.test(endpoint) && URL.canParse(endpoint)) return endpoint
  throw new HoldfastError('usage', {
    what: 'The custom endpoint is not a URL.',
    why: 'It must start with http:// or https:// and name a host.',
    next: 'Correct --endpoint-url, AWS_ENDPOINT_URL or the profile, for example http://127.0.0.1:4566.',
  })
}

/** Host names that belong to AWS: refused as soon as a custom endpoint is in force (law 8). */
export function isAwsHost(host: string): boolean {
  return /(^|\.)(amazonaws\.com|amazonaws\.com\.cn|amazonaws\.eu|api\.aws|on\.aws)\.?$/i.test(host)
}
