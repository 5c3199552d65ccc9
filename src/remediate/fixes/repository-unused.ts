import type { Finding } from '../../controls/control.ts'
import { plural } from '../../core/bytes.ts'
import type { RepositoryInventory } from '../../inventory/inventory.ts'
import type { Fix, FixContext } from '../fix.ts'
import { repositoryRetired } from '../kinds/repository-retired.ts'
import { repositoryTags } from '../kinds/repository-tags.ts'
import { isDue, type Mark, markOf, markTags, retireAfterTag } from '../retire/mark.ts'

/** First a mark, which people see; the deletion in a later plan, when its day is over and a snapshot holds everything. */
export const repositoryUnused: Fix = {
  control: 'repository-unused',
  propose: (context) => {
    const { repositories } = context.inventory
    const all = 'ok' in repositories ? repositories.ok : []
    for (const finding of context.findings) {
      const repository = all.find(({ name }) => name === finding.repository)
      if (repository) proposeFor(context, finding, repository)
    }
  },
}

function proposeFor(context: FixContext, { resource }: Finding, repository: RepositoryInventory): void {
  const { draft, inventory } = context
  if ('error' in repository.tags) {
    draft.leave({
      resource,
      reason: 'Its resource tags could not be read, so that nobody knows whether it is marked.',
      next: `Allow ${repository.tags.error.needs}, then make the plan again.`,
    })
    return
  }
  const mark = markOf(repository.tags.ok)
  if (mark === undefined) addMark(context, resource, repository.name)
  else if (mark === 'unreadable' || mark.marked === undefined)
    draft.leave({
      resource,
      reason: `Its tag ${retireAfterTag} is none that a plan has made.`,
      next: 'Take the tag away, then make the plan again: it sets the mark anew.',
    })
  else if (!isDue(mark, inventory.collectedAt))
    draft.leave({
      resource,
      reason: `It is marked, and may be deleted after ${mark.after}.`,
      next: `Make the plan again after that day. ${toKeep}`,
    })
  else proposeDeletion(context, { resource, repository, mark })
}

const toKeep = 'To keep it: waive the finding in holdfast.yaml, and take the tag away.'

function addMark({ draft, inventory, baseline }: FixContext, resource: string, name: string): void {
  const { graceDays } = baseline.retire
  const tags = markTags(inventory, graceDays)
  const after = tags[retireAfterTag]
  draft.change(repositoryTags, name, (now) => now && { ...now, ...tags }, {
    why: `The tag ${retireAfterTag} says to everybody that it goes after ${after}, unless somebody objects.`,
    warnings: [toKeep],
  })
  // The control judges use, and a tag is none.
  draft.leave({
    resource,
    reason: `This plan marks it, and deletes nothing: it stays unused until it is deleted, after ${after}.`,
    next: `Back it up, and make the plan again after that day. ${toKeep}`,
  })
}

interface Due {
  resource: string
  repository: RepositoryInventory
  mark: Mark
}

function proposeDeletion({ draft, isHeld }: FixContext, { resource, repository, mark }: Due): void {
  const { name, images } = repository
  const all = 'ok' in images ? images.ok : []
  const lacking = isHeld ? all.filter(({ digest }) => !isHeld(name, digest)).length : all.length
  if (!isHeld || lacking > 0) {
    const where = isHeld ? 'the newest snapshot' : 'a vault that this plan knows'
    draft.leave({
      resource,
      reason: `Its day is over, but ${plural(lacking, 'image')} of it ${lacking === 1 ? 'is' : 'are'} not in ${where}.`,
      next: 'holdfast backup --vault <vault>; then make the plan with the same --vault.',
    })
    return
  }
  draft.change(repositoryRetired, name, () => null, {
    why: `Nobody seems to use it, it was marked on ${mark.marked}, and its day was ${mark.after}: it is deleted.`,
    risk: 'destructive',
    warnings: [
      `${plural(all.length, 'image')} and every setting go; the way back is a restore from the vault.`,
      'Its images get new push times when they come back, and their scans are made anew.',
    ],
  })
}
