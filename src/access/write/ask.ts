import type { Permission } from '../../aws/permissions.ts'
import type { HoldfastJob, WrittenFor } from './kinds.ts'

/** What somebody wants written, checked by `check-ask.ts` first. */
export interface PolicyAsk {
  kind: WrittenFor
  /** What the commands of Holdfast call: the table of `aws/permissions.ts`, so that there is one only. */
  permissions: Record<HoldfastJob, readonly Permission[]>
  /** `identity`: for users and roles; `repository`: for a repository, with the principals that it lets in. */
  attachTo: 'identity' | 'repository'
  /** `shop/*`; the star stands for any characters. */
  repositories: readonly string[]
  /** `*`: any. */
  place: { partition: string; account: string; region: string }
  vpc: readonly string[]
  vpce: readonly string[]
  sourceIp: readonly string[]
  requireMfa: boolean
  org: string | undefined
  /** Of a repository policy: ARNs and account ids. */
  principals: readonly string[]
}
