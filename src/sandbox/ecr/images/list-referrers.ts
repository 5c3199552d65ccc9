import { isDigest } from '../../../core/digest.ts'
import { invalidParameter } from '../errors.ts'
import { compareKeys, pageOf } from '../input/page.ts'
import { needMembers, needText, readMembers, readText, readTexts } from '../input/read.ts'
import { needRepository } from '../input/repository.ts'
import type { EcrOperation } from '../operation.ts'
import { referrersOf } from '../referrers.ts'

const everyStatus = ['ACTIVE', 'ARCHIVED', 'ACTIVATING'] as const

/** ListImageReferrers: only ACTIVE ones unless told otherwise; the subject need not exist (ecr-facts 4.7). */
export const listImageReferrers: EcrOperation = (call) => {
  const repository = needRepository(call)
  const subject = needText(needMembers(call.input, 'subjectId'), 'imageDigest')
  if (!isDigest(subject)) throw invalidParameter('subjectId.imageDigest', 'must be a sha256 digest')
  const filter = readMembers(call.input, 'filter') ?? {}
  const types = readTexts(filter, 'artifactTypes', { items: { min: 1, max: 5 } })
  const status = readText(filter, 'artifactStatus', { oneOf: [...everyStatus, 'ANY'] }) ?? 'ACTIVE'
  const wanted = everyStatus.filter((each) => status === 'ANY' || status === each)
  const all = referrersOf(repository, subject, wanted)
    .filter(({ artifactType }) => !types || (artifactType !== undefined && types.includes(artifactType)))
    .map((each) => ({ ...each, artifactStatus: repository.images[each.digest]?.status }))
    .sort((a, b) => compareKeys(a.digest, b.digest))
  const { items, ...rest } = pageOf(call, all, {
    operation: 'ListImageReferrers',
    scope: [repository.name, repository.createdAt, subject, types, status],
    default: 20,
    most: 50,
    keyOf: ({ digest }) => digest,
  })
  return { referrers: items, ...rest }
}
