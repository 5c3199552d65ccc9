import { AwsError } from '../../http.ts'
import { invalidParameter } from '../errors.ts'
import { type Members, needText, readText } from '../input/read.ts'

/** Which registry an upstream URL belongs to, and whether it wants a secret (ecr-facts 2.7). */
const upstreams: { name: string; host: RegExp; secret: boolean }[] = [
  { name: 'ecr', host: /^\d{12}\.dkr[.-]ecr\.[a-z0-9-]+\.(amazonaws\.com|on\.aws)$/, secret: false },
  { name: 'ecr-public', host: /^public\.ecr\.aws$/, secret: false },
  { name: 'docker-hub', host: /^registry-1\.docker\.io$/, secret: true },
  { name: 'quay', host: /^quay\.io$/, secret: false },
  { name: 'k8s', host: /^registry\.k8s\.io$/, secret: false },
  { name: 'github-container-registry', host: /^ghcr\.io$/, secret: true },
  { name: 'azure-container-registry', host: /^[a-zA-Z0-9]+\.azurecr\.io$/, secret: true },
  { name: 'gitlab-container-registry', host: /^registry\.gitlab\.com$/, secret: true },
  { name: 'chainguard', host: /^cgr\.dev$/, secret: true },
]

export function upstreamOf(input: Members): { upstreamRegistryUrl: string; upstreamRegistry: string } {
  const url = needText(input, 'upstreamRegistryUrl')
  const named = readText(input, 'upstreamRegistry', { oneOf: upstreams.map(({ name }) => name) })
  const upstream = upstreams.find(({ host }) => host.test(url))
  if (!upstream || (named !== undefined && named !== upstream.name))
    throw new AwsError(
      'UnsupportedUpstreamRegistryException',
      `The upstream registry '${url}' is not supported`,
    )
  if (upstream.secret && input['credentialArn'] == null)
    throw invalidParameter('credentialArn', `It is required for the upstream registry ${upstream.name}`)
  return { upstreamRegistryUrl: url, upstreamRegistry: upstream.name }
}
