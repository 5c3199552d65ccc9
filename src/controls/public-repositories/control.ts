import { matchesGlob } from '../../core/glob.ts'
import type { PublicRepository } from '../../inventory/neighbours.ts'
import {
  fail,
  notApplicable,
  pass,
  type ResourceControl,
  registryArn,
  unknown,
  type Verdict,
} from '../control.ts'
import { clip, join } from '../grant-words.ts'
import type { AuditSettings } from '../settings.ts'

export const publicRepositories: ResourceControl = {
  id: 'public-repositories',
  title: 'Public repositories are meant to be public, and have an owner',
  severity: 'low',
  why: 'Whatever is pushed there can be pulled by everybody without an account, and nobody is asked before.',
  needs: ['ecr-public:DescribeRepositories', 'ecr-public:ListTagsForResource'],
  mappings: [
    { framework: 'FSBP', ids: ['ECR.4'] },
    { framework: 'NIST 800-53', ids: ['AC-3', 'CM-8'] },
    { framework: 'PCI DSS 4.0.1', ids: ['12.5.1'] },
    { framework: 'SOC 2', ids: ['CC6.1'] },
    { framework: 'ISO 27001:2022', ids: ['A.5.9'] },
  ],
  fix: 'Tag it with its owner and name it in intendedPublic of holdfast.yaml, or delete it.',
  scope: 'resource',
  judge: (inventory, settings) => {
    const { publicRepositories: found } = inventory
    const resource = registryArn(inventory)
    if ('error' in found) return [{ resource, verdict: unknown(found.error) }]
    if (found.ok.length === 0) {
      return [{ resource, verdict: notApplicable('The account has no public repository.') }]
    }
    return found.ok.map((one) => ({ resource: one.arn, verdict: judgeOne(one, settings) }))
  },
}

function judgeOne({ name, tags }: PublicRepository, settings: AuditSettings): Verdict {
  const { intendedPublic, ownerTags } = settings
  const glob = intendedPublic.find((pattern) => matchesGlob(pattern, name))
  const evidence = { name }
  if (intendedPublic.length > 0 && glob === undefined) {
    return fail(`${clip(name)} is public, and intendedPublic does not name it.`, evidence)
  }
  if ('error' in tags) return unknown(tags.error)
  const owner = Object.entries(tags.ok).find(([key, value]) => isOwner(key, ownerTags) && value.trim() !== '')
  if (!owner)
    return fail(`${clip(name)} is public, and no tag (${join(ownerTags)}) names its owner.`, evidence)
  const meant = glob === undefined ? '; whether it should be public is not said in intendedPublic' : ''
  return pass(`Owned by ${clip(owner[1])}${meant}.`, evidence)
}

function isOwner(key: string, wanted: readonly string[]): boolean {
  return wanted.some((one) => one.toLowerCase() === key.toLowerCase())
}
