export const mediaType = {
  ociManifest: 'application/vnd.oci.image.manifest.v1+json',
  ociIndex: 'application/vnd.oci.image.index.v1+json',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerList: 'application/vnd.docker.distribution.manifest.list.v2+json',
  dockerManifest1: 'application/vnd.docker.distribution.manifest.v1+json',
  dockerManifest1Signed: 'application/vnd.docker.distribution.manifest.v1+prettyjws',
  orasArtifact: 'application/vnd.cncf.oras.artifact.manifest.v1+json',
} as const

/** Everything that a registry may hold, for Accept headers and BatchGetImage (ecr-facts 4.4). */
export const manifestMediaTypes: readonly string[] = Object.values(mediaType)

export function isIndexType(type: string): boolean {
  return type === mediaType.ociIndex || type === mediaType.dockerList
}
