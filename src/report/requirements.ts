import type { Finding, Mapping } from '../controls/control.ts'
import { controls } from '../controls/index.ts'

const byControl = new Map(controls.map((control) => [control.id, control]))

/** What the control is mapped to; nothing for a control of another version. */
export function mappingsOf({ control }: Pick<Finding, 'control'>): readonly Mapping[] {
  return byControl.get(control)?.mappings ?? []
}

/** `FSBP ECR.2`, one a requirement. */
export function requirementsOf(finding: Pick<Finding, 'control'>): string[] {
  return mappingsOf(finding).flatMap(({ framework, ids }) => ids.map((id) => `${framework} ${id}`))
}

export function whyOf({ control }: Pick<Finding, 'control'>): string | undefined {
  return byControl.get(control)?.why
}

/** What to do about a finding that needs something done: also for one without a `fix` of its own. */
export function fixOf({ control, fix }: Pick<Finding, 'control' | 'fix'>): string | undefined {
  return fix ?? byControl.get(control)?.fix
}
