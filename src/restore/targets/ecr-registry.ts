import type { EcrControl } from '../../ecr/control.ts'
import type { RegistryChange } from '../report.ts'

type Apply = (control: EcrControl, change: RegistryChange, signal: AbortSignal) => Promise<void>

/** What a snapshot holds was read by `ecr/read-registry.ts`, so it has the shapes that these calls take. */
const apply: Record<RegistryChange['setting'], Apply> = {
  policy: (control, { to }, signal) => control.putRegistryPolicy(String(to), signal),
  replication: (control, { to }, signal) =>
    control.putReplicationConfiguration(
      to as Parameters<EcrControl['putReplicationConfiguration']>[0],
      signal,
    ),
  scanning: (control, { to }, signal) =>
    control.putRegistryScanningConfiguration(
      to as Parameters<EcrControl['putRegistryScanningConfiguration']>[0],
      signal,
    ),
  signing: (control, { to }, signal) => control.putSigningConfiguration(to, signal),
  pullThroughRules: (control, { to }, signal) => control.createPullThroughCacheRule(Object(to), signal),
  creationTemplates: (control, { action, to }, signal) =>
    action === 'create'
      ? control.createRepositoryCreationTemplate(Object(to), signal)
      : control.updateRepositoryCreationTemplate(Object(to), signal),
  accountSettings: (control, { name = '', to }, signal) =>
    control.putAccountSetting(name, String(to), signal),
  pullTimeExclusions: (control, { to }, signal) =>
    control.registerPullTimeUpdateExclusion(String(to), signal),
}

export function applyEcrRegistrySetting(
  control: EcrControl,
  change: RegistryChange,
  signal: AbortSignal,
): Promise<void> {
  return apply[change.setting](control, change, signal)
}
