import type { AwsContext } from '../aws/context.ts'
import { isAwsHost } from '../aws/endpoints.ts'
import { HoldfastError } from '../core/errors.ts'

/**
 * The `/v2/` endpoint: the named one, else what GetAuthorizationToken says; but never an AWS host while the API is
 * served by somebody else (law 8).
 */
export function registryBase(aws: AwsContext, proxyEndpoint: string): URL {
  const given = aws.registryEndpoint ?? proxyEndpoint
  const base = URL.canParse(given) ? new URL(given) : undefined
  if (!base || !/^https?:$/.test(base.protocol)) throw unusable(given)
  if (!aws.registryEndpoint) refuseAwsHost(aws, base.hostname)
  return base
}

/** True when the ECR API is served from an endpoint that is not of AWS: the sandbox, an emulator. */
export function isElsewhere(aws: AwsContext): boolean {
  const endpoint = aws.endpointOf('ecr')
  return endpoint !== undefined && !isAwsHost(new URL(endpoint).hostname)
}

/** The hosts that the user named by custom endpoints. */
export function namedHosts(aws: AwsContext): string[] {
  const urls = [aws.registryEndpoint, aws.endpointOf('ecr'), aws.endpointOf('s3')]
  return urls.flatMap((url) => (url && URL.canParse(url) ? [new URL(url).hostname] : []))
}

export function refuseAwsHost(aws: AwsContext, host: string): void {
  if (!isElsewhere(aws) || !isAwsHost(host)) return
  throw new HoldfastError('forbidden-address', {
    what: `Refused to contact ${host}`,
    why: 'The ECR API is served from a custom endpoint, so AWS itself must not be contacted.',
    next: 'Name the registry of that endpoint with --registry-endpoint or HOLDFAST_REGISTRY_ENDPOINT.',
  })
}

function unusable(given: string): HoldfastError {
  return new HoldfastError('usage', {
    what: `Not a registry endpoint: ${JSON.stringify(given)}`,
    next: 'It must be a URL such as http://127.0.0.1:5000.',
  })
}
