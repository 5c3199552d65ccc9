export interface Upstream {
  needs: 'nothing' | 'secret' | 'role'
  /** Of another ECR registry. */
  account?: string
}

/** The registries that ECR can cache, and how it signs in there (ecr-facts 2.7). */
const upstreams: [RegExp, Upstream['needs']][] = [
  [/^public\.ecr\.aws$/, 'nothing'],
  [/^registry\.k8s\.io$/, 'nothing'],
  [/^quay\.io$/, 'nothing'],
  [/^registry-1\.docker\.io$/, 'secret'],
  [/^ghcr\.io$/, 'secret'],
  [/^registry\.gitlab\.com$/, 'secret'],
  [/^cgr\.dev$/, 'secret'],
  [/^[a-z0-9]+\.azurecr\.io$/, 'secret'],
]
const ecr = /^(\d{12})\.dkr[.-]ecr\.[a-z0-9-]+\.(amazonaws\.com(\.cn)?|on\.aws)$/

/** What ECR has to know of an upstream; undefined when it is none of those that it can cache. */
export function upstreamOf(url: string): Upstream | undefined {
  const host = url
    .toLowerCase()
    .replace(/^https:\/\//, '')
    .replace(/\/+$/, '')
  const account = ecr.exec(host)?.[1]
  if (account) return { needs: 'role', account }
  const needs = upstreams.find(([pattern]) => pattern.test(host))?.[1]
  return needs && { needs }
}
