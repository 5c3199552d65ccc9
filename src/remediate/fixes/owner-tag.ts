import { matchesGlob } from '../../core/glob.ts'
import type { Baseline } from '../baseline.ts'
import type { Fix } from '../fix.ts'
import { repositoryTags } from '../kinds/repository-tags.ts'

export const ownerTag: Fix = {
  control: 'owner-tag',
  propose: ({ findings, baseline, draft }) => {
    const [key] = baseline.audit.ownerTags
    for (const { repository, resource } of findings) {
      if (repository === undefined) continue
      const owner = ownerOf(repository, baseline)
      if (key === undefined || owner === undefined) draft.leave({ resource, ...unsaid(key, repository) })
      else
        draft.change(repositoryTags, repository, (tags) => tags && { ...tags, [key]: owner }, {
          why: `The tag ${key} says whom to ask.`,
        })
    }
  },
}

/** Of the first glob that fits. */
export function ownerOf(name: string, { owners }: Pick<Baseline, 'owners'>): string | undefined {
  return Object.entries(owners).find(([glob]) => matchesGlob(glob, name))?.[1]
}

function unsaid(key: string | undefined, repository: string) {
  if (key === undefined)
    return { reason: 'No tag counts as an owner.', next: 'In holdfast.yaml: audit: {ownerTags: [owner]}' }
  return {
    reason: 'Who owns it is for people to say.',
    next: `In holdfast.yaml: baseline: {owners: {${JSON.stringify(repository)}: some-team}}`,
  }
}
