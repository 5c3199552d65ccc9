import { fail, pass, type RepositoryControl, unknown } from '../control.ts'

/** Compared without regard to case. */
const ownerKeys = new Set(['owner', 'owners', 'team', 'contact', 'maintainer'])

export const ownerTag: RepositoryControl = {
  id: 'owner-tag',
  title: 'The repository says who owns it',
  severity: 'low',
  why: 'When an image turns out to be vulnerable, or looks unused, nobody knows whom to ask.',
  needs: ['ecr:ListTagsForResource'],
  mappings: [
    { framework: 'NIST 800-53', ids: ['CM-8'] },
    { framework: 'PCI DSS 4.0.1', ids: ['12.5.1'] },
    { framework: 'ISO 27001:2022', ids: ['A.5.9'] },
  ],
  fix: 'Add the resource tag owner with a team that can be reached.',
  scope: 'repository',
  judge: ({ tags }) => {
    if ('error' in tags) return unknown(tags.error)
    const found = Object.entries(tags.ok).find(
      ([key, value]) => ownerKeys.has(key.toLowerCase()) && value.trim() !== '',
    )
    if (found) return pass(`${found[0]} is ${found[1]}.`)
    return fail('No resource tag names an owner (owner, team, contact or maintainer).', {
      keys: Object.keys(tags.ok).slice(0, 50),
    })
  },
}
