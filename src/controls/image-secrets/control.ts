import { plural } from '../../core/bytes.ts'
import type { ImageSecret, Inventory, RepositoryInventory } from '../../inventory/inventory.ts'
import { fail, notApplicable, pass, type RepositoryControl, unknown, type Verdict } from '../control.ts'
import { clip } from '../grant-words.ts'
import { notJudged } from '../policy-verdict.ts'

export const imageSecrets: RepositoryControl = {
  id: 'image-secrets',
  title: 'No secret is baked into the configuration of an image',
  severity: 'high',
  why: 'Whoever may pull the image has the password, and so has every copy of it, for ever.',
  needs: ['ecr:DescribeImages'],
  mappings: [
    { framework: 'NIST 800-53', ids: ['IA-5(7)'] },
    { framework: 'NIST 800-190', ids: ['4.1.4'] },
    { framework: 'PCI DSS 4.0.1', ids: ['8.6.2'] },
    { framework: 'SOC 2', ids: ['CC6.1'] },
    { framework: 'ISO 27001:2022', ids: ['A.5.17'] },
  ],
  fix: 'Change the secret, build the image without it, and give it to the container when it starts.',
  scope: 'repository',
  judge: (repository, inventory) => {
    const { imageSecrets: answer } = inventory
    if (!answer) {
      return notApplicable(
        'Not looked for: audit --vault reads the copies in a vault, since an audit pulls nothing.',
      )
    }
    if ('error' in answer) return unknown(answer.error)
    const found = byRepository(answer.ok).get(repository.name) ?? []
    return found.length > 0 ? foundVerdict(found) : cleanVerdict(repository, inventory)
  },
}

const grouped = new WeakMap<readonly ImageSecret[], Map<string, ImageSecret[]>>()

function byRepository(secrets: readonly ImageSecret[]): Map<string, ImageSecret[]> {
  const before = grouped.get(secrets)
  if (before) return before
  const groups = new Map<string, ImageSecret[]>()
  for (const secret of secrets) {
    const group = groups.get(secret.repository)
    if (group) group.push(secret)
    else groups.set(secret.repository, [secret])
  }
  grouped.set(secrets, groups)
  return groups
}

function foundVerdict(found: readonly ImageSecret[]): Verdict {
  const images = new Set(found.map(({ digest }) => digest)).size
  const [first] = found
  const example = first ? `${clip(first.where)} of ${nameOf(first)} (${first.kind})` : ''
  const more = found.length > 1 ? `; ${found.length - 1} more such` : ''
  return fail(`In ${plural(images, 'image', 'images')}: ${example}${more}.`, {
    secrets: found
      .slice(0, 20)
      .map(({ digest, tags, where, kind }) => ({ digest, tags, where: clip(where), kind })),
    ...(found.length > 20 && { secretsInAll: found.length }),
  })
}

/** A pass is for every image that there is, not for those that happen to be in the vault. */
function cleanVerdict({ name, images }: RepositoryInventory, { imagesRead = {} }: Inventory): Verdict {
  if ('error' in images) return unknown(images.error)
  const all = images.ok.filter(({ kind }) => kind === 'image')
  if (all.length === 0) return notApplicable('It holds no container image.')
  const read = new Set(Object.hasOwn(imagesRead, name) ? imagesRead[name] : [])
  const unread = all.filter(({ digest }) => !read.has(digest))
  if (unread.length > 0) {
    const [first] = unread
    const example = first ? nameOf(first) : ''
    return notJudged(
      `${unread.length} of ${plural(all.length, 'image', 'images')} not in the snapshot, such as ${example}`,
    )
  }
  return pass(`None in the configurations of ${plural(all.length, 'image', 'images')}.`)
}

function nameOf({ digest, tags }: { digest: string; tags: readonly string[] }): string {
  return clip(tags[0] ?? digest)
}
