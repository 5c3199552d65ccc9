import { createHash } from 'node:crypto'
import { openRepository } from './open-repository.ts'
import { pageOf } from './page.ts'
import type { Answer, RegistryCall } from './registry-call.ts'

const defaultPage = 100

/**
 * Tags of images that can be pulled, in an order of our own: ECR promises none, so a client that counts on
 * alphabetical order must fail here (ecr-facts 11.16). JSON, though the type says text (ecr-facts 4.1).
 */
export function listTags(call: RegistryCall, name: string): Answer {
  const repository = openRepository(call, name)
  const tags = Object.entries(repository.tags)
    .filter(([, digest]) => repository.images[digest]?.status === 'ACTIVE')
    .map(([tag]) => ({ tag, place: createHash('sha256').update(tag).digest('hex') }))
    .sort((a, b) => (a.place < b.place ? -1 : 1))
  const page = pageOf(call, tags, { size: defaultPage, parameter: 'last', keyOf: ({ place }) => place })
  return {
    status: 200,
    headers: { 'content-type': 'text/plain; charset=utf-8', ...page.headers },
    body: JSON.stringify({ name, tags: page.items.map(({ tag }) => tag) }),
  }
}
