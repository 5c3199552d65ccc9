import type { EcrControl } from '../ecr/control.ts'
import { answer, missing } from './answer.ts'
import type { Answer, Inventory } from './inventory.ts'

type RegistryAnswers = Pick<
  Inventory,
  'registryPolicy' | 'registryPolicyScope' | 'scanning' | 'replication' | 'pullTimeExclusions'
>

/** The settings of the registry as a whole, one request each. */
export async function collectRegistry(ecr: EcrControl, signal: AbortSignal): Promise<RegistryAnswers> {
  const policy = await answer('ecr:GetRegistryPolicy', ecr.getRegistryPolicy(signal))
  const replication = await answer('ecr:DescribeRegistry', ecr.describeRegistry(signal))
  return {
    registryPolicy: 'ok' in policy ? { ok: policy.ok ?? null } : policy,
    registryPolicyScope: await policyScope(ecr, signal),
    scanning: await answer(
      'ecr:GetRegistryScanningConfiguration',
      ecr.getRegistryScanningConfiguration(signal),
    ),
    replication: 'ok' in replication ? { ok: replication.ok.rules } : replication,
    pullTimeExclusions: await answer(
      'ecr:ListPullTimeUpdateExclusions',
      ecr.listPullTimeUpdateExclusions(signal),
    ),
  }
}

/** `V1` or `V2` (ecr-facts 2.10); a registry that answers without a value is not guessed at. */
async function policyScope(ecr: EcrControl, signal: AbortSignal): Promise<Answer<string>> {
  const needs = 'ecr:GetAccountSetting'
  const found = await answer(needs, ecr.getAccountSetting('REGISTRY_POLICY_SCOPE', signal))
  if ('error' in found) return found
  if (found.ok) return { ok: found.ok }
  return missing('NotAnswered', 'The registry did not say which scope its policy has.', needs)
}
