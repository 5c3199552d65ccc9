import { referrersOf } from '../ecr/referrers.ts'
import { checkDigest } from './names.ts'
import { openRepository } from './open-repository.ts'
import { pageOf } from './page.ts'
import type { Answer, RegistryCall } from './registry-call.ts'

/** Assumption: a page of the data plane is as long as the longest one of ListImageReferrers (ecr-facts 4.7). */
const defaultPage = 50
const indexType = 'application/vnd.oci.image.index.v1+json'

/** OCI 1.1 referrers: an index, empty when there are none or the subject is unknown (ecr-facts 4.7). */
export function listReferrers(call: RegistryCall, name: string, subject: string): Answer {
  const repository = openRepository(call, name)
  const wanted = call.request.query.get('artifactType')
  const found = referrersOf(repository, checkDigest(subject))
    .filter((each) => !wanted || each.artifactType === wanted)
    .sort((a, b) => (a.digest < b.digest ? -1 : 1))
  const page = pageOf(call, found, {
    size: defaultPage,
    parameter: 'nextToken',
    keyOf: ({ digest }) => digest,
  })
  return {
    status: 200,
    headers: {
      'content-type': indexType,
      ...(wanted && { 'oci-filters-applied': 'artifactType' }),
      ...page.headers,
    },
    body: JSON.stringify({ schemaVersion: 2, mediaType: indexType, manifests: page.items }),
  }
}
