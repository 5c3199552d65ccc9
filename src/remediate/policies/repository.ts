import type { Finding, RepositoryControl, Verdict } from '../../controls/control.ts'
import type { Inventory, RepositoryInventory } from '../../inventory/inventory.ts'
import type { FixContext } from '../fix.ts'
import { repositoryPolicy } from '../kinds/repository-policy.ts'
import { withoutDeleted } from './deleted.ts'
import { mend, type Way } from './mend.ts'

interface Policies {
  control: RepositoryControl
  wrong: (verdict: Verdict) => string[] | undefined
  ways: readonly Way[]
  why: string
  warnings?: string[]
  /** For findings that no way mends. */
  otherwise: { reason: string; next: string }
}

/** Mends the policy of every repository that a control found wrong, or says why it cannot be. */
export function mendRepositories(context: FixContext, policies: Policies): void {
  for (const finding of context.findings) mendOne(context, finding, policies)
}

function mendOne({ inventory, baseline, draft }: FixContext, finding: Finding, policies: Policies): void {
  const { control, wrong, ways, why, warnings = [], otherwise } = policies
  const repository = repositoryOf(inventory, finding)
  if (!repository) return
  const judge = (text: string | null) =>
    control.judge({ ...repository, policy: { ok: text } }, inventory, baseline.audit)
  const mended = (text: string | null) => mend(text, { judge, wrong, ways })
  const now = 'ok' in repository.policy ? repository.policy.ok : null
  if (mended(now) === undefined) draft.leave({ resource: finding.resource, ...otherwise })
  else {
    draft.change(
      repositoryPolicy,
      repository.name,
      (text) => {
        // What was written since the inventory, or by another fix, may be past mending: it stays, and never goes whole.
        const left = mended(text)
        if (left === undefined) return text
        return left && withoutDeleted(left, inventory.registry.account)
      },
      { why, warnings },
    )
  }
}

export function repositoryOf(
  { repositories }: Inventory,
  { repository }: Finding,
): RepositoryInventory | undefined {
  return 'ok' in repositories ? repositories.ok.find(({ name }) => name === repository) : undefined
}
