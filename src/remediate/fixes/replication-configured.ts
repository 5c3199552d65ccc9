import type { Finding } from '../../controls/control.ts'
import { partitionOf } from '../../core/arn.ts'
import type { Baseline } from '../baseline.ts'
import type { Fix, FixContext } from '../fix.ts'
import { creationTemplate, type TemplateState } from '../kinds/creation-template.ts'
import { replication } from '../kinds/replication.ts'
import { arrivalInstructions } from '../replication/arrival.ts'
import { type Destination, destinationsOf, isFull, uncovered, withRule } from '../replication/wanted-rules.ts'
import { appliedFor, withLifecycle, withTags } from './template-settings.ts'

/** One rule more, and at each destination of ours a template, so that what arrives has more than ECR's defaults. */
export const replicationConfigured: Fix = {
  control: 'replication-configured',
  propose: (context) => {
    for (const finding of context.findings) {
      const found = obstacle(context, finding)
      if (found) context.draft.leave({ resource: finding.resource, ...found })
      else addRule(context)
    }
  },
}

/** Why a new rule is not possible, or would not help. */
function obstacle({ inventory, baseline }: FixContext, { reason, evidence = {} }: Finding) {
  const { region, account } = inventory.registry
  const wanted = destinationsOf(baseline, inventory)
  const rules = 'ok' in inventory.replication ? inventory.replication.ok : []
  if ('untrusted' in evidence)
    return {
      reason: `${reason} Whether that is meant is for people to say.`,
      next: 'In holdfast.yaml: audit: {trustedAccounts: [...]}; or take the destination out of the rules by hand.',
    }
  if (wanted.length === 0)
    return {
      reason: 'Where the copies shall go is for people to say.',
      next: 'In holdfast.yaml: baseline: {replication: {destinations: [{region: <another Region>}]}}',
    }
  const odd = wanted.find((one) => isHere(one, { region, account }) || !isReachable(one, region))
  if (odd)
    return {
      reason: `ECR does not replicate from ${account}/${region} to ${odd.account}/${odd.region}: it is the same registry, or another partition.`,
      next: 'Correct baseline.replication.destinations in holdfast.yaml.',
    }
  if (uncovered(wanted, baseline.replication.prefixes, rules).length === 0)
    return {
      reason: `The rules are as the baseline wants them. ${reason}`,
      next: 'holdfast replication check says what is missing where; docs/replication.md, what keeps copies from arriving.',
    }
  if (isFull(rules))
    return {
      reason: `There are ${rules.length} rules already, and ECR takes no more than ten everywhere.`,
      next: 'Put rules together by hand: a rule takes up to 100 prefixes and 25 destinations.',
    }
  return undefined
}

function isHere(one: Destination, here: Destination): boolean {
  return one.region === here.region && one.account === here.account
}

function isReachable({ region }: Destination, here: string): boolean {
  return partitionOf(region) === partitionOf(here)
}

function addRule({ inventory, baseline, draft }: FixContext): void {
  const { account } = inventory.registry
  const { prefixes } = baseline.replication
  const wanted = destinationsOf(baseline, inventory)
  const rules = 'ok' in inventory.replication ? inventory.replication.ok : []
  for (const one of uncovered(wanted, prefixes, rules)) {
    if (one.account === account) proposeTemplates(one.region, { inventory, baseline, draft })
    else
      draft.byHand({
        resource: `ecr://${one.account}/${one.region}`,
        why: 'A registry of another account takes copies in only when its policy says so; until then each one fails.',
        instructions: arrivalInstructions(inventory.registry, one, prefixes),
      })
  }
  draft.change(replication, 'registry', (state) => withRule(state, wanted, prefixes), {
    why: 'What is pushed from now on is copied to another Region or account, too.',
    warnings: [
      'What was pushed before is not copied: afterwards, holdfast replication backfill.',
      'Copies are paid for at the destination, and their way there, too. Taking the rule back leaves the copies.',
    ],
  })
}

function proposeTemplates(
  region: string,
  { inventory, baseline, draft }: Pick<FixContext, 'inventory' | 'baseline' | 'draft'>,
): void {
  const { prefixes } = baseline.replication
  const folders = prefixes.every((one) => one.endsWith('/'))
    ? prefixes.map((one) => one.replace(/\/$/, ''))
    : []
  const stay = tagsStay({ inventory, baseline })
  for (const prefix of folders.length > 0 ? folders : ['ROOT'])
    draft.change(
      creationTemplate,
      { resource: prefix, region },
      (state) => templateFor(state, baseline, stay),
      {
        why: `Repositories that replication makes in ${region} get more than the defaults of ECR.`,
        warnings: [
          `Untagged copies that are no part of an index expire there after ${baseline.lifecycle.untaggedDays} days.`,
          ...(stay
            ? []
            : [
                'Tags of the copies may move there, since some may move here: else a tag that moves would be lost.',
              ]),
          ...(baseline.encryption.kmsKey === undefined
            ? []
            : [
                `The key of the baseline cannot be used in ${region}: there the copies are encrypted by ECR.`,
              ]),
        ],
      },
    )
}

/** A template that replication uses already is left as it is; so is one that could not work without a role. */
function templateFor(state: TemplateState | null, baseline: Baseline, stay: boolean): TemplateState | null {
  const scenarios = (state?.['appliedFor'] ?? []) as string[]
  if (scenarios.includes('REPLICATION')) return state
  const needsRole = state !== null && ('resourceTags' in state || 'encryptionConfiguration' in state)
  if (needsRole && !('customRoleArn' in state)) return state
  const made = withLifecycle(appliedFor(state, 'REPLICATION'), baseline)
  return stay ? withTags(made, baseline) : made
}

/** Whether no tag of what is copied may move: a copy whose tag is taken arrives without it (ecr-facts 2.3). */
function tagsStay({ inventory, baseline }: Pick<FixContext, 'inventory' | 'baseline'>): boolean {
  const { prefixes } = baseline.replication
  const all = 'ok' in inventory.repositories ? inventory.repositories.ok : []
  const copied = all.filter(
    ({ name }) => prefixes.length === 0 || prefixes.some((one) => name.startsWith(one)),
  )
  return copied.every(({ tagMutability }) => tagMutability.mode === 'IMMUTABLE')
}
