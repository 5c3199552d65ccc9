import { matchesGlob } from '../../core/glob.ts'
import type { ImageInventory, RepositoryInventory, SigningRule } from '../../inventory/inventory.ts'
import { fail, notApplicable, pass, type RepositoryControl, unknown } from '../control.ts'
import { clip } from '../grant-words.ts'

export const imageSigning: RepositoryControl = {
  id: 'image-signing',
  title: 'Images are signed, or will be with the next push',
  severity: 'medium',
  why: 'Without a signature nobody can tell the image that you built from one that somebody put in its place.',
  needs: ['ecr:GetSigningConfiguration', 'ecr:DescribeImages'],
  mappings: [
    { framework: 'NIST 800-53', ids: ['SI-7', 'SR-4', 'SR-11'] },
    { framework: 'NIST 800-190', ids: ['4.1.5'] },
    { framework: 'PCI DSS 4.0.1', ids: ['6.3.2'] },
    { framework: 'SOC 2', ids: ['CC6.8'] },
    { framework: 'ISO 27001:2022', ids: ['A.8.32'] },
  ],
  fix: 'Add a signing rule for the repository to the registry; ECR then signs each image as it is pushed.',
  scope: 'repository',
  judge: ({ name, images }, { signing }) => {
    const rule = 'ok' in signing ? signing.ok.find((one) => covers(one, name)) : undefined
    const newest = 'ok' in images ? newestOf(images.ok) : undefined
    const signature = newest && 'ok' in images ? signatureOf(newest, images.ok) : undefined
    if (newest && signature) {
      return pass(`The newest image, ${nameOf(newest)}, is signed.`, { image: newest.digest, signature })
    }
    if (rule) return pass(`ECR signs what is pushed, with ${clip(rule.profile)}.`, { filters: rule.filters })
    if ('error' in images) return unknown(images.error)
    if (!newest) return notApplicable('It holds no container image.')
    if ('error' in signing) return unknown(signing.error)
    return fail(`No signing rule covers it, and the newest image, ${nameOf(newest)}, has no signature.`, {
      image: newest.digest,
    })
  },
}

/** A rule without a filter signs everything (ecr-facts 2.12). */
function covers({ filters }: SigningRule, name: string): boolean {
  return filters.length === 0 || filters.some((filter) => matchesGlob(filter, name))
}

/** Parts of an index bear no tags, and it is the index that gets signed. */
function newestOf(images: readonly ImageInventory[]): ImageInventory | undefined {
  const found = images.filter(({ kind, tags }) => kind !== 'artifact' && tags.length > 0)
  return found.reduce<ImageInventory | undefined>(
    (best, image) => (best && best.pushedAt >= image.pushedAt ? best : image),
    undefined,
  )
}

/** By a referrer of a signature's type, or by the older tag that spells the digest (ecr-facts 4.7). */
function signatureOf({ digest }: ImageInventory, images: RepositoryImages): string | undefined {
  const tag = `${digest.replace(':', '-')}.sig`
  const found = images.find(
    ({ subject, artifactType = '', mediaType = '', tags }) =>
      tags.includes(tag) || (subject === digest && signatureTypes.test(artifactType || mediaType)),
  )
  return found?.digest
}

type RepositoryImages = Extract<RepositoryInventory['images'], { ok: unknown }>['ok']

/** Notary's, cosign's and sigstore's; a bill of materials or an attestation is no signature of the image. */
const signatureTypes =
  /^application\/vnd\.(cncf\.notary\.signature|dev\.cosign\.(artifact\.sig|simplesigning)|dev\.sigstore\.bundle)\b/

function nameOf({ digest, tags }: ImageInventory): string {
  return clip(tags[0] ?? digest)
}
