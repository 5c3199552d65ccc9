import { fail, pass, type RepositoryControl, unknown } from '../control.ts'
import { clip } from '../grant-words.ts'

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
  judge: ({ tags }, _inventory, { ownerTags }) => {
    if ('error' in tags) return unknown(tags.error)
    const wanted = namesOf(ownerTags)
    const found = Object.entries(tags.ok).find(
      ([key, value]) => wanted.keys.has(key.toLowerCase()) && value.trim() !== '',
    )
    if (found) return pass(`${clip(found[0])} is ${clip(found[1])}.`)
    return fail(`No resource tag names an owner (${wanted.words}).`, {
      keys: Object.keys(tags.ok).slice(0, 50),
    })
  },
}

interface Wanted {
  /** In small letters; `owners` is as good as `owner`. */
  keys: ReadonlySet<string>
  words: string
}

const known = new WeakMap<readonly string[], Wanted>()

function namesOf(ownerTags: readonly string[]): Wanted {
  const before = known.get(ownerTags)
  if (before) return before
  const names = ownerTags.map((name) => name.toLowerCase())
  const found = { keys: new Set(names.flatMap((name) => [name, `${name}s`])), words: wordsOf(ownerTags) }
  known.set(ownerTags, found)
  return found
}

function wordsOf(names: readonly string[]): string {
  if (names.length === 0) return 'audit: ownerTags of holdfast.yaml is empty'
  const last = names[names.length - 1]
  return names.length > 1 ? `${names.slice(0, -1).join(', ')} or ${last}` : `${last}`
}
