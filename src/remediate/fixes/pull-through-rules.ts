import { templateFor } from '../../controls/template-for.ts'
import { upstreamOf } from '../../controls/upstream.ts'
import type { Inventory, PullThroughRule } from '../../inventory/inventory.ts'
import type { Fix, FixContext } from '../fix.ts'
import { creationTemplate } from '../kinds/creation-template.ts'
import { appliedFor, missingForKey, withKey, withLifecycle } from './template-settings.ts'

/** Templates for what the rules make. How a rule signs in takes a secret or a role, which people have to make. */
export const pullThroughRules: Fix = {
  control: 'pull-through-rules',
  propose: (context) => {
    const { findings, inventory } = context
    const rules = 'ok' in inventory.pullThroughRules ? inventory.pullThroughRules.ok : []
    for (const { resource, reason } of findings) {
      const rule = rules.find(({ prefix }) => resource.endsWith(`:pull-through-cache-rule/${prefix}`))
      if (!rule) continue
      const templated = addTemplate(context, rule)
      const isOpen = !templated || signsInWrongly(rule, inventory)
      if (isOpen)
        context.draft.byHand({ resource, why: reason, instructions: instructionsFor(rule, inventory) })
    }
  },
}

/** Whether the template is all right then, as far as this can do it. */
function addTemplate({ inventory, baseline, draft }: FixContext, { prefix }: PullThroughRule): boolean {
  const all = 'ok' in inventory.templates ? inventory.templates.ok : []
  const now = templateFor(prefix, 'PULL_THROUGH_CACHE', all)
  if (now?.lifecyclePolicy) return now.policy === undefined
  const lacking = now ? undefined : missingForKey(baseline)
  draft.change(
    creationTemplate,
    now?.prefix ?? prefix,
    (state) => {
      const made = withLifecycle(appliedFor(state, 'PULL_THROUGH_CACHE'), baseline)
      return now ? made : withKey(made, baseline, inventory.keys)
    },
    {
      why: 'What the rule caches from then on gets a lifecycle policy; a cache keeps tags that move, to follow its upstream.',
      ...(lacking !== undefined && {
        warnings: [`Without a key its repositories are encrypted with AES256 for ever. ${lacking}`],
      }),
    },
  )
  return now?.policy === undefined
}

function signsInWrongly({ upstream, credential, customRole }: PullThroughRule, { registry }: Inventory) {
  const found = upstreamOf(upstream)
  if (/^http:/i.test(upstream)) return true
  if (found?.needs === 'secret') return !credential?.includes(':secret:ecr-pullthroughcache/')
  return found?.account !== undefined && found.account !== registry.account && !customRole
}

function instructionsFor({ prefix, upstream }: PullThroughRule, { registry }: Inventory): string[] {
  const { region } = registry
  const found = upstreamOf(upstream)
  const update = `aws ecr update-pull-through-cache-rule --region ${region} --ecr-repository-prefix ${prefix}`
  if (/^http:/i.test(upstream))
    return [
      'An upstream cannot be changed: delete the rule and make it again with https.',
      `aws ecr delete-pull-through-cache-rule --region ${region} --ecr-repository-prefix ${prefix}`,
    ]
  if (found?.needs === 'secret')
    return [
      `aws secretsmanager create-secret --region ${region} --name ecr-pullthroughcache/${prefix.replaceAll('/', '-')} --secret-string file://credentials.json`,
      `${update} --credential-arn <ARN of the secret>`,
    ]
  if (found?.account !== undefined)
    return [
      `Make a role that pullthroughcache.ecr.amazonaws.com may assume and that account ${found.account} lets read.`,
      `${update} --custom-role-arn <ARN of the role>`,
    ]
  return ["Take out of the template's policy what lets in every AWS account."]
}
