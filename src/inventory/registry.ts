import type { EcrControl } from '../ecr/control.ts'
import { readAccountSettings } from '../ecr/read-registry.ts'
import { answer, missing } from './answer.ts'
import type { Answer, Inventory } from './inventory.ts'
import { creationTemplates, pullThroughRules, signingRules } from './registry-shapes.ts'

type RegistryAnswers = Pick<
  Inventory,
  | 'registryPolicy'
  | 'registryPolicyScope'
  | 'scanning'
  | 'replication'
  | 'pullTimeExclusions'
  | 'pullThroughRules'
  | 'templates'
  | 'accountSettings'
  | 'signing'
>

/** The settings of the registry as a whole, one request each. */
export async function collectRegistry(ecr: EcrControl, signal: AbortSignal): Promise<RegistryAnswers> {
  const policy = await answer('ecr:GetRegistryPolicy', ecr.getRegistryPolicy(signal))
  const replication = await answer('ecr:DescribeRegistry', ecr.describeRegistry(signal))
  const accountSettings = await answer('ecr:GetAccountSetting', readAccountSettings(ecr, signal))
  return {
    registryPolicy: 'ok' in policy ? { ok: policy.ok ?? null } : policy,
    registryPolicyScope: policyScope(accountSettings),
    accountSettings,
    scanning: await answer(
      'ecr:GetRegistryScanningConfiguration',
      ecr.getRegistryScanningConfiguration(signal),
    ),
    replication: 'ok' in replication ? { ok: replication.ok.rules } : replication,
    pullTimeExclusions: await answer(
      'ecr:ListPullTimeUpdateExclusions',
      ecr.listPullTimeUpdateExclusions(signal),
    ),
    pullThroughRules: await answer(
      'ecr:DescribePullThroughCacheRules',
      read(ecr.describePullThroughCacheRules(signal), pullThroughRules),
    ),
    templates: await answer(
      'ecr:DescribeRepositoryCreationTemplates',
      read(ecr.describeRepositoryCreationTemplates(signal), creationTemplates),
    ),
    signing: await answer(
      'ecr:GetSigningConfiguration',
      read(ecr.getSigningConfiguration(signal), signingRules),
    ),
  }
}

async function read<T>(asked: Promise<unknown>, shape: (found: unknown) => T): Promise<T> {
  return shape(await asked)
}

/** `V1` or `V2` (ecr-facts 2.10); a registry that answers without a value is not guessed at. */
export function policyScope(settings: Answer<Record<string, string>>): Answer<string> {
  if ('error' in settings) return settings
  const found = settings.ok['REGISTRY_POLICY_SCOPE']
  if (found) return { ok: found }
  const needs = 'ecr:GetAccountSetting'
  return missing('NotAnswered', 'The registry did not say which scope its policy has.', needs)
}
