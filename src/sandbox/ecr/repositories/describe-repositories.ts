import { repositoryOf } from '../find-repository.ts'
import { pageOf, refusePaging } from '../input/page.ts'
import { readTexts } from '../input/read.ts'
import { asRepositoryName } from '../input/repository.ts'
import { sortedKeys } from '../input/sorted-keys.ts'
import type { EcrOperation } from '../operation.ts'
import { repositoryDocument } from './repository-document.ts'

/** With names: all of them or RepositoryNotFoundException, and no paging. */
export const describeRepositories: EcrOperation = (call) => {
  const { registry } = call
  const document = (name: string) => repositoryDocument(registry, repositoryOf(registry, name))
  const names = readTexts(call.input, 'repositoryNames', { items: { min: 1, max: 100 } })
  if (names) {
    refusePaging(call, 'repositoryNames')
    const wanted = names.map((name) => asRepositoryName(name, 'repositoryNames'))
    return { repositories: [...new Set(wanted)].map(document) }
  }
  const { items, ...rest } = pageOf(call, sortedKeys(registry.repositories), {
    operation: 'DescribeRepositories',
    default: 100,
    most: 1000,
    keyOf: (name) => name,
  })
  return { repositories: items.map(document), ...rest }
}
