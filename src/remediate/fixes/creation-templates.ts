import { registryArn } from '../../controls/control.ts'
import { creationTemplates as control } from '../../controls/creation-templates/control.ts'
import { templateFor } from '../../controls/template-for.ts'
import type { CreationTemplate, Inventory } from '../../inventory/inventory.ts'
import { creationTemplates as asTemplates } from '../../inventory/registry-shapes.ts'
import type { Fix, FixContext } from '../fix.ts'
import { creationTemplate, type TemplateState } from '../kinds/creation-template.ts'
import {
  appliedFor,
  missingForKey,
  type Scenario,
  withKey,
  withLifecycle,
  withTags,
} from './template-settings.ts'

/** A key, tags that stay and a lifecycle policy, for each template and for what is made without any. */
export const creationTemplates: Fix = {
  control: 'creation-templates',
  propose: (context) => {
    for (const { resource } of context.findings) {
      const prefix = resource.split(':repository-creation-template/')[1]
      if (prefix !== undefined) mend(context, resource, { prefix })
      else for (const gap of gapsOf(context)) mend(context, resource, gap)
    }
  },
}

interface Wanted {
  prefix: string
  /** What it must be for as well; absent: what it is for. */
  scenario?: Scenario
}

/** What is made without any template: by the rules of the cache, and by replication from other accounts. */
function gapsOf({ inventory, baseline }: FixContext): Wanted[] {
  const { pullThroughRules: rules } = inventory
  const all = templatesOf(inventory)
  const prefixes = 'ok' in rules ? rules.ok.map(({ prefix }) => prefix) : []
  const bare = prefixes.filter((prefix) => !templateFor(prefix, 'PULL_THROUGH_CACHE', all))
  const caches = bare.map((prefix) => ({ prefix, scenario: 'PULL_THROUGH_CACHE' as const }))
  const made = caches.map(({ prefix, scenario }) => ({ prefix, appliedFor: [scenario], tags: {} }))
  const judged = control.judge({ ...inventory, templates: { ok: [...made, ...all] } }, baseline.audit)
  const isOpen = judged.some(
    ({ resource, verdict }) => resource === registryArn(inventory) && verdict.status === 'fail',
  )
  return isOpen ? [...caches, { prefix: 'ROOT', scenario: 'REPLICATION' }] : caches
}

function mend(context: FixContext, resource: string, { prefix, scenario }: Wanted): void {
  const { baseline, inventory, draft } = context
  const lacking = missingForKey(baseline)
  const edit = (state: TemplateState | null) => {
    const made = scenario ? appliedFor(state, scenario) : state
    if (made === null) return null
    return withKey(withTags(withLifecycle(made, baseline), baseline), baseline, inventory.keys)
  }
  const now = templatesOf(inventory).find((one) => one.prefix === prefix)
  const wrong = wrongWith(edit(now ? stateOf(now) : null), prefix, context)
  if (wrong !== undefined) {
    const reason = `Template ${prefix} would still have: ${wrong}`
    draft.leave({
      resource,
      reason,
      next: lacking ?? `Correct it by hand; the audit says what is wrong with it.`,
    })
    return
  }
  draft.change(creationTemplate, prefix, edit, {
    why: 'Repositories that ECR makes by itself get a key, tags that stay and a lifecycle policy.',
    warnings: ['It is for repositories that are made from then on; those that are there stay as they are.'],
  })
}

function templatesOf({ templates }: Inventory): CreationTemplate[] {
  return 'ok' in templates ? templates.ok : []
}

/** As far as the control looks at it; the state itself is read when the plan is made. */
function stateOf(template: CreationTemplate): TemplateState {
  const { appliedFor: scenarios, encryption, tagMutability, policy, lifecyclePolicy } = template
  return {
    appliedFor: scenarios,
    ...(encryption && {
      encryptionConfiguration: {
        encryptionType: encryption.type,
        ...(encryption.kmsKey !== undefined && { kmsKey: encryption.kmsKey }),
      },
    }),
    ...(tagMutability && {
      imageTagMutability: tagMutability.mode,
      ...(tagMutability.exclusions.length > 0 && {
        imageTagMutabilityExclusionFilters: tagMutability.exclusions.map((filter) => ({ filter })),
      }),
    }),
    ...(policy !== undefined && { repositoryPolicy: policy }),
    ...(lifecyclePolicy !== undefined && { lifecyclePolicy }),
  }
}

/** What the control would say of the template. A key that nothing uses yet was not read: that is no objection. */
function wrongWith(
  state: TemplateState | null,
  prefix: string,
  { inventory, baseline }: FixContext,
): string | undefined {
  if (state === null) return 'no template.'
  const made = asTemplates([{ prefix, ...state }])
  const others = templatesOf(inventory).filter((one) => one.prefix !== prefix)
  const judged = control.judge({ ...inventory, templates: { ok: [...made, ...others] } }, baseline.audit)
  const own = judged.find(({ resource }) => resource.endsWith(`:repository-creation-template/${prefix}`))
  return own?.verdict.status === 'fail' ? own.verdict.reason : undefined
}
