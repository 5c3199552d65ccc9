import type { RepositoryInventory } from '../../inventory/inventory.ts'
import { fail, pass, type RepositoryControl, type Verdict } from '../control.ts'
import { coversEverything, releaseFilter } from '../exclusion-filters.ts'
import { join } from '../grant-words.ts'

export const tagImmutability: RepositoryControl = {
  id: 'tag-immutability',
  title: 'Image tags cannot be overwritten',
  severity: 'medium',
  why: 'Whoever can push can silently replace what production pulls by that tag.',
  needs: ['ecr:DescribeRepositories'],
  mappings: [
    { framework: 'FSBP', ids: ['ECR.2'] },
    { framework: 'NIST 800-53', ids: ['CA-9(1)', 'CM-2', 'CM-8(1)'] },
    { framework: 'NIST 800-190', ids: ['4.2.2'] },
    { framework: 'PCI DSS 4.0.1', ids: ['6.5.1'] },
    { framework: 'SOC 2', ids: ['CC8.1'] },
    { framework: 'ISO 27001:2022', ids: ['A.8.9', 'A.8.32'] },
  ],
  fix: 'Set tag immutability to IMMUTABLE, or to IMMUTABLE_WITH_EXCLUSION with the few tags that must move.',
  scope: 'repository',
  judge: (repository) => {
    const { mode, exclusions } = repository.tagMutability
    const evidence = { mode, exclusions }
    const everything = exclusions.find(coversEverything)
    switch (mode) {
      case 'IMMUTABLE':
        return pass('No tag can be moved.', evidence)
      case 'IMMUTABLE_WITH_EXCLUSION':
        return everything
          ? fail(`Immutable in name only: the exclusion ${everything} lets every tag move.`, evidence)
          : judgeExclusions(repository)
      case 'MUTABLE_WITH_EXCLUSION':
        return everything
          ? pass(`The exclusion ${everything} makes every tag immutable.`, evidence)
          : fail(`Any push may move a tag; only ${join(exclusions)} cannot be moved.`, evidence)
      case 'MUTABLE':
        return fail('Any push may move an existing tag.', evidence)
      default:
        return { status: 'unknown', reason: `Not judged: ECR answered the mode ${mode}.`, evidence }
    }
  },
}

/** A few tags may move, as long as no release is among them. */
function judgeExclusions({ tagMutability, images }: RepositoryInventory): Verdict {
  const { exclusions } = tagMutability
  const tags = 'ok' in images ? images.ok.flatMap((image) => image.tags) : []
  const wide = releaseFilter(exclusions, tags)
  const evidence = { ...tagMutability, ...(wide && { covers: wide.tag }) }
  if (!wide) return pass(`No tag can be moved but ${join(exclusions)}.`, evidence)
  return fail(`The exclusion ${wide.filter} lets releases move, such as ${wide.tag}.`, evidence)
}
