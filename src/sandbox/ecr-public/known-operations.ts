import { nameList } from '../neighbour/known.ts'

/** Every operation of the API, also those that the sandbox does not have. */
export const knownOperations = nameList(`
  BatchCheckLayerAvailability BatchDeleteImage CompleteLayerUpload CreateRepository DeleteRepository
  DeleteRepositoryPolicy DescribeImageTags DescribeImages DescribeRegistries DescribeRepositories
  GetAuthorizationToken GetRegistryCatalogData GetRepositoryCatalogData GetRepositoryPolicy
  InitiateLayerUpload ListTagsForResource PutImage PutRegistryCatalogData PutRepositoryCatalogData
  SetRepositoryPolicy TagResource UntagResource UploadLayerPart
`)
