import { parseArn } from '../../core/arn.ts'
import type { CreationTemplate, Inventory, PullThroughRule } from '../../inventory/inventory.ts'
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
import { clip, join } from '../grant-words.ts'
import { notJudged } from '../policy-verdict.ts'
import { templateFor } from '../template-for.ts'
import { opennessOfTemplate } from '../template-policy.ts'
import { type Upstream, upstreamOf } from '../upstream.ts'

export const pullThroughRules: ResourceControl = {
  id: 'pull-through-rules',
  title: 'Pull-through cache rules can sign in, and what they make has settings',
  severity: 'medium',
  why: 'Every name that anybody pulls becomes a repository: without a template it is open to changes and grows for ever.',
  needs: ['ecr:DescribePullThroughCacheRules', 'ecr:DescribeRepositoryCreationTemplates'],
  mappings: [
    { framework: 'NIST 800-53', ids: ['SR-3', 'SR-11'] },
    { framework: 'NIST 800-190', ids: ['4.2.1', '4.2.2'] },
    { framework: 'SOC 2', ids: ['CC9.2'] },
    { framework: 'ISO 27001:2022', ids: ['A.5.21'] },
  ],
  fix: 'Make a creation template with a lifecycle policy for the prefix, applied for PULL_THROUGH_CACHE.',
  scope: 'resource',
  judge: (inventory) => {
    const { pullThroughRules: rules } = inventory
    const all = registryArn(inventory)
    if ('error' in rules) return [{ resource: all, verdict: unknown(rules.error) }]
    if (rules.ok.length === 0) {
      return [{ resource: all, verdict: notApplicable('The registry has no pull-through cache rule.') }]
    }
    return rules.ok.map((rule) => judged(rule, inventory))
  },
}

function judged(rule: PullThroughRule, inventory: Inventory): Judged {
  const { partition, region, account } = inventory.registry
  // ECR has no ARN for a rule: this is our own name for it.
  const resource = `arn:${partition}:ecr:${region}:${account}:pull-through-cache-rule/${rule.prefix}`
  return { resource, verdict: judgeRule(rule, inventory) }
}

function judgeRule(rule: PullThroughRule, inventory: Inventory): Verdict {
  const { templates, registry } = inventory
  const upstream = upstreamOf(rule.upstream)
  const ways = wayWrong(rule, upstream, registry)
  const template =
    'ok' in templates ? templateFor(rule.prefix, 'PULL_THROUGH_CACHE', templates.ok) : undefined
  const settings = 'ok' in templates ? settingsWrong(template, registry) : { wrong: [], unclear: [] }
  const wrong = [...ways, ...settings.wrong]
  const evidence = { prefix: rule.prefix, upstream: clip(rule.upstream), template: template?.prefix ?? null }
  if (wrong.length > 0) return fail(`${clip(rule.prefix)}: ${join(wrong)}.`, { ...evidence, wrong })
  if ('error' in templates) return unknown(templates.error)
  if (!upstream) return notJudged(`the upstream ${clip(rule.upstream)} is not known here`)
  if (settings.unclear.length > 0) return notJudged(join(settings.unclear))
  return pass(`From ${clip(rule.upstream)}, with the template ${template?.prefix ?? ''}.`, evidence)
}

function wayWrong(
  { upstream: url, credential, customRole }: PullThroughRule,
  upstream: Upstream | undefined,
  { account, region }: Inventory['registry'],
): string[] {
  if (/^http:/i.test(url)) return ['the upstream is asked without TLS']
  if (!upstream) return []
  if (upstream.needs === 'secret')
    return credential ? secretWrong(credential, account, region) : ['no secret to sign in with']
  const foreign = upstream.account !== undefined && upstream.account !== account
  // Assumption: within one account ECR needs no role to read from itself (ecr-facts 2.7 names other accounts only).
  return foreign && !customRole ? [`no role to read from account ${upstream.account} with`] : []
}

/** ECR reads no other secret (ecr-facts 2.7). */
function secretWrong(secret: string, account: string, region: string): string[] {
  const arn = parseArn(secret)
  if (arn?.service !== 'secretsmanager') return ['the credential is no secret of Secrets Manager']
  if (arn.account !== account || arn.region !== region) return ['the secret is in another account or Region']
  if (!arn.resource.startsWith('secret:ecr-pullthroughcache/')) {
    return ["the secret's name does not begin with ecr-pullthroughcache/"]
  }
  return []
}

function settingsWrong(template: CreationTemplate | undefined, registry: Inventory['registry']) {
  if (!template) return { wrong: ['no creation template is for what it makes'], unclear: [] }
  const wrong = template.lifecyclePolicy ? [] : [`the template ${template.prefix} has no lifecycle policy`]
  if (template.policy === undefined) return { wrong, unclear: [] }
  const openness = opennessOfTemplate(template.policy, registry)
  if (openness === 'open') wrong.push(`the template ${template.prefix} lets in every AWS account`)
  return {
    wrong,
    unclear: typeof openness === 'object' ? [`in the template's policy, ${openness.unclear}`] : [],
  }
}
