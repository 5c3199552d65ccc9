/** As ECR Public describes it; times are in seconds, as on the wire. */
export interface PublicRepository {
  repositoryName: string
  repositoryArn: string
  registryId: string
  repositoryUri: string
  createdAt: number
}

export interface PublicRepositoryState {
  repository: PublicRepository
  tags: Record<string, string>
  policy?: string
  images: {
    imageDigest: string
    imageTags: string[]
    imageSizeInBytes: number
    imagePushedAt: number
    imageManifestMediaType: string
  }[]
}

/** In us-east-1 and nowhere else. */
export interface EcrPublicState {
  repositories: PublicRepositoryState[]
}
