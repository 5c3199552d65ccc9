/**
 * Holdfast as a library: the engines that the commands call. Each takes a `Run` (how to stop, the time, whom to
 * tell) and answers a plain report with a `schema` field.
 *
 * @example
 * const aws = await openAws({ region: 'eu-west-1' })
 * const source = await openSource({ kind: 'ecr' }, { aws }, quietRun())
 * const vault = await openOrInitVault(await openStore('./vault'), quietRun())
 * const report = await backup(source, vault, {}, quietRun())
 * @module
 */
export {
  type AccessPolicies,
  type AccessRequest,
  type Answer as AccessAnswer,
  type Caller,
  compilePolicies,
  type Deciding,
  type Decision,
  decisionOf,
  evaluate,
  type PolicyTexts,
  prepare,
} from './access/evaluate.ts'
export { type Matrix, type MatrixRow, matrix } from './access/matrix.ts'
export { type AccessChange, type ProposedChange, previewChange, type Shift } from './access/preview.ts'
export { type Change as AccessTurnChange, type Turn as AccessTurn, turnsOf } from './access/turn.ts'
export { type Access, can, type Need, openAccess, type WhoCanReport, whoCan } from './access/who-can.ts'
export type { PolicyAsk } from './access/write/ask.ts'
export { type WrittenPolicy, writePolicy } from './access/write/write-policy.ts'
export { type AuditReport, judge } from './audit/audit.ts'
export type { AwsContext, AwsSettings } from './aws/context.ts'
export { openAws } from './aws/open.ts'
export { permissions } from './aws/permissions.ts'
export { backup, planBackup } from './backup/backup.ts'
export { type RepairedReport, repairVault } from './backup/repair.ts'
export type { BackupPlan, BackupReport } from './backup/report.ts'
export type { Source } from './backup/source.ts'
export { openSource } from './backup/sources/open.ts'
export type { Control, Finding } from './controls/control.ts'
export { controls } from './controls/index.ts'
export { HoldfastError } from './core/errors.ts'
export { parseRegistryUrl, type RegistryUrl } from './core/reference.ts'
export { quietRun, type Run } from './core/run.ts'
export { collectInventory } from './inventory/collect.ts'
export type { Inventory } from './inventory/inventory.ts'
export { type LintReport, lintLifecycle } from './lifecycle/lint.ts'
export { parseLifecycle } from './lifecycle/parse.ts'
export { type Simulation, simulate as simulateLifecycle } from './lifecycle/simulate.ts'
export { type Suggestion, suggest as suggestLifecycle } from './lifecycle/suggest.ts'
export type { RestorePlan, RestoreReport } from './restore/report.ts'
export { planRestore, restore } from './restore/restore.ts'
export type { Target } from './restore/target.ts'
export { openTarget } from './restore/targets/open.ts'
export type { Sandbox, SandboxOptions } from './sandbox/sandbox.ts'
export { startSandbox } from './sandbox/start.ts'
export { openStore } from './store/open.ts'
export type { Store } from './store/store.ts'
export { type HistoryReport, historyOf } from './vault/history.ts'
export { type PruneOptions, type PruneReport, prune } from './vault/prune/prune.ts'
export { openOrInitVault, openVault, type Vault } from './vault/vault.ts'
export { type VerifyReport, verifyVault } from './vault/verify.ts'
