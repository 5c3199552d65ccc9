import type { AwsContext } from '../aws/context.ts'
import { HoldfastError } from '../core/errors.ts'
import { type Baseline, defaultBaseline } from '../remediate/baseline.ts'
import { expectedOf, said } from './audit-input.ts'
import type { Config } from './config.ts'

type Wishes = NonNullable<Config['baseline']>

/** `baseline:` and `audit:` of holdfast.yaml, with the defaults for what they do not say. */
export function baselineOf(config: Config): Baseline {
  const { baseline = {} } = config
  const made: Baseline = { ...defaultBaseline, audit: expectedOf(config).settings }
  for (const section of Object.keys(defaultBaseline) as (keyof typeof defaultBaseline)[]) {
    const [usual, wish] = [made[section], baseline[section]]
    const both = Array.isArray(usual) ? (wish ?? usual) : { ...usual, ...said(wish ?? {}) }
    Object.assign(made, { [section]: both })
  }
  return { ...made, tagMutability: tagMutability(baseline, made), scanning: scanning(baseline, made) }
}

/** Who names tags that may move means the mode that knows them. */
function tagMutability({ tagMutability: wish }: Wishes, made: Baseline): Baseline['tagMutability'] {
  const mode = wish?.exclusions?.length ? 'IMMUTABLE_WITH_EXCLUSION' : made.tagMutability.mode
  return { ...made.tagMutability, mode }
}

/** Enhanced scanning is wished for because it goes on. */
function scanning({ scanning: wish }: Wishes, made: Baseline): Baseline['scanning'] {
  const goesOn = wish?.type === 'ENHANCED' && wish.frequency === undefined
  return goesOn ? { ...made.scanning, frequency: 'CONTINUOUS_SCAN' } : made.scanning
}

/** What only the place of the registry makes impossible. Before any request to it. */
export async function checkWishes(
  { encryption, replication, signing, audit }: Baseline,
  aws: AwsContext,
): Promise<void> {
  const { region } = aws
  const keyRegion = encryption.kmsKey?.split(':')[3]
  if (keyRegion !== undefined && keyRegion !== region)
    throw impossible(
      'encryption.kmsKey',
      `The key is in ${keyRegion} and the registry in ${region}: ECR takes keys of its own Region only.`,
    )
  const signerRegion = signing.profile?.split(':')[3]
  if (signerRegion !== undefined && signerRegion !== region)
    throw impossible(
      'signing.profile',
      `The profile is in ${signerRegion} and the registry in ${region}: ECR takes profiles of its own Region only.`,
    )
  if (replication.destinations.length === 0) return
  const { account } = await aws.identity()
  for (const to of replication.destinations) {
    const other = to.account ?? account
    if (other === account && to.region === region)
      throw impossible('replication.destinations', `${region} is the registry itself.`)
    if (other !== account && !audit.trustedAccounts.includes(other))
      throw impossible('replication.destinations', `${other} is not among audit.trustedAccounts.`)
  }
}

function impossible(key: string, why: string): HoldfastError {
  return new HoldfastError('config-invalid', {
    what: `baseline.${key} cannot be had.`,
    why,
    next: 'Correct it in holdfast.yaml; docs/configuration.md lists every key.',
  })
}
