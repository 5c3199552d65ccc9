import { type AuditReport, type JudgeOptions, judge } from '../audit/audit.ts'
import type { Inventory } from '../inventory/inventory.ts'

/** What the examples of reports are judged by: a few, so that a report of them stays the same when controls are added. */
const someControls = [
  'registry-policy-public',
  'repository-policy-public',
  'cross-account-push',
  'scanning-effective',
  'latest-image-scanned',
  'tag-immutability',
  'kms-customer-key',
  'lifecycle-present',
  'untagged-stale',
  'repository-unused',
  'replication-configured',
  'owner-tag',
]

export function judgeSome(inventory: Inventory, options: JudgeOptions = {}): AuditReport {
  return judge(inventory, { controls: someControls, ...options })
}
