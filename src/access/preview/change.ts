import type { Decision } from '../decide.ts'
import type { Cell } from '../matrix.ts'
import type { OutsiderKind } from '../outsiders.ts'
import type { PreviewNeed } from './preview-needs.ts'

/** One policy as it would be; null: it goes. Documents are JSON text. */
export type ProposedChange =
  | { repositoryPolicy: { repository: string; document: string | null } }
  | { registryPolicy: string | null }
  /**
   * An inline policy of a user, a role or a group: by ARN, `user/ann`, or its name. It is put in place of the one of
   * that name, or added; null also takes off a managed policy of that name or ARN.
   */
  | { identityPolicy: { principal: string; name: string; document: string | null } }
  /** A managed policy with a new text, for all who have it, by a group or as a boundary too. */
  | { managedPolicy: { arn: string; document: string } }

export type ChangeKind = 'repository-policy' | 'registry-policy' | 'identity-policy' | 'managed-policy'

/** Who gains and who loses what by one change, as plain data. Nothing is changed by asking. */
export interface AccessChange {
  schema: 'holdfast.access-preview/1'
  registry: string
  simulated: boolean
  /** When the inventory was made that this is worked out from. */
  asOf: string
  change: { kind: ChangeKind; subject: string; removes: boolean }
  /** What was allowed, or might have been, and is less so. */
  loses: Shift[]
  gains: Shift[]
  /** Allowed only if, before and after, and by other conditions. */
  changes: Shift[]
  /** Whoever asked AWS for the inventory, if it could not set the policy again; otherwise null. */
  lockOut: LockOut | null
  warnings: string[]
  /** What could not be read, and so is not in the answer. */
  missing: string[]
  notConsidered: string[]
}

/** People for whom the same actions on the same repositories change in the same way, for the same reason. */
export interface Shift {
  kind: OutsiderKind | 'user' | 'role' | 'root'
  names: string[]
  need: PreviewNeed
  /** Empty: about the registry, and no repository. */
  repositories: string[]
  /** Of the need, those that change in this way. */
  actions: string[]
  before: Decision
  after: Decision
  /** The need as a whole. */
  whole: { before: Cell; after: Cell }
  /** Why it is as it is afterwards. */
  reason: string
  /** Conditions in words, where the decision is `conditional`. */
  onlyIfBefore: string[]
  onlyIf: string[]
}

export interface LockOut {
  caller: string
  action: string
  decision: 'denied' | 'conditional'
  reason: string
}
