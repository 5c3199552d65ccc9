import type { CreationTemplate, Inventory, MissingAnswer } from '../../inventory/inventory.ts'
import {
  fail,
  type Judged,
  notApplicable,
  pass,
  type ResourceControl,
  registryArn,
  unknown,
  type Verdict,
} from '../control.ts'
import { releaseFilter } from '../exclusion-filters.ts'
import { actionsOf, clip, join } from '../grant-words.ts'
import { notJudged, readPolicy, readRegistryGrants } from '../policy-verdict.ts'
import { type Scenario, templateFor } from '../template-for.ts'
import { opennessOfTemplate } from '../template-policy.ts'
import { placed } from '../trust.ts'

export const creationTemplates: ResourceControl = {
  id: 'creation-templates',
  title: 'Repositories that ECR makes by itself get secure settings',
  severity: 'medium',
  why: 'Encryption cannot be changed later, so every repository that is made without a template has to be made anew.',
  needs: [
    'ecr:DescribeRepositoryCreationTemplates',
    'ecr:DescribePullThroughCacheRules',
    'ecr:GetRegistryPolicy',
    'kms:DescribeKey',
  ],
  mappings: [
    { framework: 'NIST 800-53', ids: ['CM-2', 'CM-6'] },
    { framework: 'PCI DSS 4.0.1', ids: ['2.2.1'] },
    { framework: 'SOC 2', ids: ['CC8.1'] },
    { framework: 'ISO 27001:2022', ids: ['A.8.9'] },
  ],
  fix: 'Give the template a customer managed KMS key, immutable tags and a lifecycle policy.',
  scope: 'resource',
  judge: (inventory) => {
    const { templates } = inventory
    const resource = registryArn(inventory)
    if ('error' in templates) return [{ resource, verdict: unknown(templates.error) }]
    const gap = judgeGap(templates.ok, inventory)
    const judged = templates.ok.map((template) => judgedTemplate(template, inventory))
    if (gap) return [{ resource, verdict: gap }, ...judged]
    if (judged.length > 0) return judged
    return [{ resource, verdict: notApplicable('Nothing here makes ECR create repositories by itself.') }]
  },
}

function judgedTemplate(template: CreationTemplate, inventory: Inventory): Judged {
  const { partition, region, account } = inventory.registry
  // ECR has no ARN for a template: this is our own name for it.
  const resource = `arn:${partition}:ecr:${region}:${account}:repository-creation-template/${template.prefix}`
  return { resource, verdict: judgeTemplate(template, inventory) }
}

/** Made without any template: what rules and other registries make here. A push without one makes nothing. */
function judgeGap(templates: CreationTemplate[], inventory: Inventory): Verdict | undefined {
  const { pullThroughRules: rules } = inventory
  const prefixes = 'ok' in rules ? rules.ok.map(({ prefix }) => prefix) : []
  const bare = prefixes.filter((prefix) => !templateFor(prefix, 'PULL_THROUGH_CACHE', templates))
  const arrivals = arrivalsIn(inventory)
  const has = (scenario: Scenario) => templates.some(({ appliedFor }) => appliedFor.includes(scenario))
  const gaps = [
    ...(bare.length > 0
      ? [`the pull-through cache of ${join(bare.slice(0, 5).map((one) => clip(one)))}`]
      : []),
    ...(arrivals === 'yes' && !has('REPLICATION') ? ['replication from other accounts'] : []),
  ]
  if (gaps.length > 0) {
    return fail(`No template for ${join(gaps)}: repositories are made mutable, with AES256 and no policy.`, {
      prefixes: bare.slice(0, 20),
    })
  }
  if ('error' in rules) return unknown(rules.error)
  return typeof arrivals === 'object' && !has('REPLICATION') ? arrivals : undefined
}

/** Whether the registry's policy lets another account make repositories here by replication. */
function arrivalsIn(inventory: Inventory): 'yes' | 'no' | Verdict {
  const { registryPolicy } = inventory
  if ('error' in registryPolicy) return unknown(registryPolicy.error)
  if (registryPolicy.ok === null) return 'no'
  const policy = readPolicy(registryPolicy)
  if (policy.unreadable !== undefined) return notJudged(policy.unreadable)
  const outside = readRegistryGrants(policy, inventory).flatMap(placed)
  const actions = new Set(actionsOf(outside).map((action) => action.toLowerCase()))
  return actions.has('ecr:replicateimage') && actions.has('ecr:createrepository') ? 'yes' : 'no'
}

function judgeTemplate(template: CreationTemplate, inventory: Inventory): Verdict {
  const { prefix, appliedFor, lifecyclePolicy } = template
  if (appliedFor.length === 0) return pass(`${prefix} is applied for nothing.`)
  const key = keyWrong(template, inventory)
  const policy = policyWrong(template, inventory)
  const wrong = [
    ...(key && 'wrong' in key ? [key.wrong] : []),
    ...tagsWrong(template),
    ...(lifecyclePolicy ? [] : ['no lifecycle policy']),
    ...(policy && 'wrong' in policy ? [policy.wrong] : []),
  ]
  const evidence = { prefix, appliedFor, wrong }
  if (wrong.length > 0) return fail(`${clip(prefix)} (${join(appliedFor)}): ${join(wrong)}.`, evidence)
  if (key && 'missing' in key) return unknown(key.missing)
  if (policy && 'unclear' in policy) return notJudged(`in the template's policy, ${policy.unclear}`)
  return pass(
    `${clip(prefix)}: a customer managed key, tags as they should be, a lifecycle policy.`,
    evidence,
  )
}

type Wrong = { wrong: string } | { missing: MissingAnswer } | undefined

function keyWrong({ encryption }: CreationTemplate, { keys }: Inventory): Wrong {
  if (!encryption || encryption.type === 'AES256') return { wrong: 'AES256 in place of a KMS key' }
  if (!encryption.kmsKey) return { wrong: "AWS's own key in place of a customer managed one" }
  const key = Object.hasOwn(keys, encryption.kmsKey) ? keys[encryption.kmsKey] : undefined
  if (!key) {
    return {
      missing: { code: 'NotAsked', message: `${encryption.kmsKey} was not read`, needs: 'kms:DescribeKey' },
    }
  }
  if ('error' in key) return { missing: key.error }
  if (key.ok.manager === 'AWS') return { wrong: "AWS's own key in place of a customer managed one" }
  return key.ok.state === 'Enabled' ? undefined : { wrong: `a key that is ${key.ok.state}` }
}

/** A cache has to follow its upstream: immutable tags could not be refreshed (ecr-facts 2.3). */
function tagsWrong({ tagMutability, appliedFor }: CreationTemplate): string[] {
  if (appliedFor.every((scenario) => scenario === 'PULL_THROUGH_CACHE')) return []
  const { mode = 'MUTABLE', exclusions = [] } = tagMutability ?? {}
  if (mode === 'IMMUTABLE') return []
  if (mode !== 'IMMUTABLE_WITH_EXCLUSION') return ['tags that can be moved']
  const wide = releaseFilter(exclusions, [])
  return wide ? [`tags that can be moved (${clip(wide.filter)} is excluded)`] : []
}

function policyWrong(
  { policy }: CreationTemplate,
  { registry }: Inventory,
): { wrong: string } | { unclear: string } | undefined {
  if (policy === undefined) return undefined
  const openness = opennessOfTemplate(policy, registry)
  if (openness === 'open') return { wrong: 'a policy that lets in every AWS account' }
  return openness === 'closed' ? undefined : openness
}
