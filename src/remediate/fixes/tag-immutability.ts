import { coversEverything, releaseFilter } from '../../controls/exclusion-filters.ts'
import { join } from '../../controls/grant-words.ts'
import { matchesGlob } from '../../core/glob.ts'
import type { Inventory, RepositoryInventory } from '../../inventory/inventory.ts'
import type { Baseline } from '../baseline.ts'
import type { Fix } from '../fix.ts'
import { tagMutability } from '../kinds/tag-mutability.ts'

/** Exclusions of one repository (ecr-facts 2.3). */
const mostExclusions = 5

export const tagImmutability: Fix = {
  control: 'tag-immutability',
  propose: ({ inventory, findings, baseline, draft }) => {
    for (const { repository: name, resource } of findings) {
      const repository = repositoryOf(inventory, name)
      if (!repository) continue
      const cache = cacheOf(inventory, repository.name)
      if (cache !== undefined) {
        draft.leave({
          resource,
          reason: `The pull-through cache rule ${cache} fills it: tags that cannot move could not follow the upstream.`,
          next: 'Waive it in holdfast.yaml, with this reason.',
        })
        continue
      }
      const { state, warnings } = wanted(repository, baseline)
      draft.change(tagMutability, repository.name, () => state, {
        why: 'A push that would move a tag is refused from then on.',
        ...(warnings.length > 0 && { warnings }),
      })
    }
  },
}

function repositoryOf(
  { repositories }: Inventory,
  name: string | undefined,
): RepositoryInventory | undefined {
  return 'ok' in repositories ? repositories.ok.find((one) => one.name === name) : undefined
}

function cacheOf({ pullThroughRules }: Inventory, name: string): string | undefined {
  const rules = 'ok' in pullThroughRules ? pullThroughRules.ok : []
  return rules.find(({ prefix }) => name.startsWith(`${prefix.replace(/\/$/, '')}/`))?.prefix
}

function wanted({ tagMutability: now, images }: RepositoryInventory, baseline: Baseline) {
  const { mode, exclusions } = baseline.tagMutability
  const tags = 'ok' in images ? images.ok.flatMap((image) => image.tags) : []
  const movers = [...new Set(tags.filter(movesByName))]
  const offered = exclusions.length > 0 ? exclusions : movers
  const asked = mode === 'IMMUTABLE_WITH_EXCLUSION' ? offered : []
  // What may move already goes on moving; under a mutable mode the filters mean the opposite.
  const kept = now.mode === 'IMMUTABLE_WITH_EXCLUSION' ? now.exclusions : []
  const isNarrow = (filter: string) => !coversEverything(filter) && !releaseFilter([filter], tags)
  const filters = [...new Set([...kept, ...asked])].filter(isNarrow).slice(0, mostExclusions)
  const state = {
    mode: filters.length > 0 ? 'IMMUTABLE_WITH_EXCLUSION' : 'IMMUTABLE',
    exclusions: filters,
  }
  const wide = asked.filter((filter) => !isNarrow(filter))
  const stopped = movers.filter((tag) => !filters.some((filter) => matchesGlob(filter, tag)))
  return { state, warnings: [...stoppedWords(stopped), ...wideWords(wide)] }
}

/** Assumption: told by the name alone, since a listing does not show that a tag was on another image before. */
function movesByName(tag: string): boolean {
  return names.test(tag) && !/\d+\.\d+/.test(tag)
}

const names =
  /(^|[-_.])(latest|main|master|trunk|develop|dev|edge|nightly|snapshot|canary|next|current|stable|staging|stage|prod|production|test|qa|beta|rc)$/i

function stoppedWords(tags: readonly string[]): string[] {
  if (tags.length === 0) return []
  const few = tags.slice(0, 10)
  return [
    `By its name, ${join(few)} ${few.length === 1 ? 'is a tag' : 'are tags'} that moves with each build: its next push would be refused. To let it move: baseline: {tagMutability: {mode: IMMUTABLE_WITH_EXCLUSION, exclusions: [${few.slice(0, mostExclusions).join(', ')}]}}`,
  ]
}

function wideWords(filters: readonly string[]): string[] {
  if (filters.length === 0) return []
  return [`Left out, since releases here match: the exclusion ${join(filters)} of the baseline.`]
}
