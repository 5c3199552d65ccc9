import type { Fix } from '../fix.ts'
import { type SigningState, signingConfiguration } from '../kinds/signing-configuration.ts'
import { mostFilters, namesOf } from './scanning-rules.ts'

export const imageSigning: Fix = {
  control: 'image-signing',
  propose: ({ findings, baseline, draft }) => {
    const { profile } = baseline.signing
    if (profile === undefined) {
      for (const { resource } of findings)
        draft.leave({
          resource,
          reason: 'ECR signs with a profile of AWS Signer, and none was named.',
          next: 'In holdfast.yaml: baseline: {signing: {profile: <ARN of a signing profile in this Region>}}',
        })
      return
    }
    const names = namesOf(findings)
    draft.change(signingConfiguration, 'registry', (state) => signed(state, profile, names), {
      why: 'ECR signs what is pushed from then on; images that are there are not signed.',
      warnings: [`Whoever pushes needs signer:SignPayload on ${profile}.`],
    })
  },
}

/** The rule of the profile gets the names too; every other rule stays as it is. */
function signed(state: SigningState | null, profile: string, names: readonly string[]): SigningState {
  const rules = state?.rules ?? []
  const rule = rules.find(({ signingProfileArn }) => signingProfileArn === profile)
  const before = rule?.repositoryFilters ?? []
  // Without a filter it would sign everything: such a rule passes the control and is not met here.
  if (rule && before.length === 0) return { rules }
  const known = new Set(before.map(({ filter }) => filter))
  const added = names.filter((name) => !known.has(name))
  const filters = added.map((filter) => ({ filter, filterType: 'WILDCARD_MATCH' }))
  if (rule && before.length + filters.length <= mostFilters) {
    const made = { signingProfileArn: profile, repositoryFilters: [...before, ...filters] }
    return { rules: rules.map((one) => (one === rule ? made : one)) }
  }
  return { rules: [...rules, ...rulesFor(profile, filters)] }
}

type Filters = NonNullable<SigningState['rules'][number]['repositoryFilters']>

function rulesFor(signingProfileArn: string, filters: Filters): SigningState['rules'] {
  const starts = filters.flatMap((_, at) => (at % mostFilters === 0 ? [at] : []))
  return starts.map((at) => ({
    signingProfileArn,
    repositoryFilters: filters.slice(at, at + mostFilters),
  }))
}
