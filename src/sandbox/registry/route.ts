/** What a path under `/v2/` asks for (ecr-facts 4.1). */
export type RegistryRoute =
  | { kind: 'ping' }
  | { kind: 'catalog' }
  | { kind: 'manifest'; repository: string; reference: string }
  | { kind: 'blob'; repository: string; digest: string }
  | { kind: 'uploads'; repository: string }
  | { kind: 'upload'; repository: string; id: string }
  | { kind: 'tags'; repository: string }
  | { kind: 'referrers'; repository: string; digest: string }

/** A repository may be called `a/blobs`, so the name takes as much as it can and the verb is read from the end. */
const shapes: [RegExp, (repository: string, rest: string) => RegistryRoute][] = [
  [
    /^\/v2\/(.+)\/manifests\/([^/]+)$/,
    (repository, reference) => ({ kind: 'manifest', repository, reference }),
  ],
  [/^\/v2\/(.+)\/blobs\/uploads\/?()$/, (repository) => ({ kind: 'uploads', repository })],
  [/^\/v2\/(.+)\/blobs\/uploads\/([^/]+)$/, (repository, id) => ({ kind: 'upload', repository, id })],
  [/^\/v2\/(.+)\/blobs\/([^/]+)$/, (repository, digest) => ({ kind: 'blob', repository, digest })],
  [/^\/v2\/(.+)\/tags\/list()$/, (repository) => ({ kind: 'tags', repository })],
  [/^\/v2\/(.+)\/referrers\/([^/]+)$/, (repository, digest) => ({ kind: 'referrers', repository, digest })],
]

/** Undefined when there is nothing at that path. */
export function routeOf(path: string): RegistryRoute | undefined {
  if (path === '/v2/' || path === '/v2') return { kind: 'ping' }
  if (path === '/v2/_catalog') return { kind: 'catalog' }
  for (const [pattern, make] of shapes) {
    const match = pattern.exec(path)
    if (match) return make(match[1] ?? '', match[2] ?? '')
  }
  return undefined
}
