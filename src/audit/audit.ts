import {
  type Control,
  type Finding,
  type ResourceControl,
  registryArn,
  type Severity,
  type Status,
  unknown,
  type Verdict,
} from '../controls/control.ts'
import { controls } from '../controls/index.ts'
import { type AuditSettings, defaultSettings } from '../controls/settings.ts'
import { exit, HoldfastError, toHoldfastError } from '../core/errors.ts'
import type { Inventory, RepositoryInventory } from '../inventory/inventory.ts'
import type { FrameworkResult } from './by-framework.ts'
import { type Comparison, compareReports } from './compare.ts'
import { type Score, scoreOf } from './score.ts'
import { type AuditSummary, summarize } from './summary.ts'
import { applyWaivers, type Waiver, type WaiverUse } from './waivers.ts'

export interface AuditReport {
  schema: 'holdfast.audit/1'
  /** `ecr://ACCOUNT/REGION`. */
  registry: string
  account: string
  region: string
  simulated: boolean
  collectedAt: string
  /** Grouped by control, in the order of the controls; within one, by repository. */
  findings: Finding[]
  summary: AuditSummary
  /** Absent when nothing was judged. */
  score?: Score
  /** Every waiver of holdfast.yaml, used or not. */
  waivers: WaiverUse[]
  /** With `--since`. */
  comparison?: Comparison
  /** With `--framework`. */
  frameworks?: FrameworkResult[]
  /** Requests that were sent to collect the inventory, by operation. */
  requests: Record<string, number>
}

export interface JudgeOptions {
  /** Ids of controls; absent: all. An id that no control has is refused. */
  controls?: readonly string[]
  settings?: AuditSettings
  waivers?: readonly Waiver[]
  /** Only some repositories were asked for: a waiver that matches none of them may still be needed. */
  narrowed?: boolean
  /** An earlier report to compare with. */
  since?: AuditReport
}

/**
 * Judges an inventory. Pure: the same inventory gives the same report, whenever and wherever. Whatever the inventory
 * lacks becomes `unknown` (law 3), and a control with a defect makes its own findings unknown, not the report.
 */
export function judge(inventory: Inventory, options: JudgeOptions = {}): AuditReport {
  const chosen = choose(options.controls)
  const settings = options.settings ?? defaultSettings
  const judged = chosen.flatMap((control) => judgeControl(control, inventory, settings))
  const { registry, collectedAt } = inventory
  const judgedIds = chosen.map(({ id }) => id)
  const { findings, waivers } = applyWaivers(judged, options.waivers ?? [], {
    at: collectedAt,
    known: controls.map(({ id }) => id),
    judged: judgedIds,
    narrowed: options.narrowed === true,
  })
  const score = scoreOf(chosen, findings)
  const report: AuditReport = {
    schema: 'holdfast.audit/1',
    registry: registry.url,
    account: registry.account,
    region: registry.region,
    simulated: registry.simulated,
    collectedAt,
    findings,
    summary: summarize(findings, judgedIds),
    ...(score && { score }),
    waivers,
    requests: inventory.requests,
  }
  return options.since ? { ...report, comparison: compareReports(options.since, report) } : report
}

const severities: readonly Severity[] = ['info', 'low', 'medium', 'high', 'critical']

/** 3: a fail at or over the gate; 4: something is unknown; 0: neither. Without a gate a fail does not count. */
export function auditExit(report: AuditReport, gate?: Severity): number {
  const over = ({ status, severity }: Finding) =>
    gate !== undefined && status === 'fail' && severities.indexOf(severity) >= severities.indexOf(gate)
  if (report.findings.some(over)) return exit.findings
  return report.summary.unknown > 0 ? exit.partial : exit.ok
}

function choose(ids: readonly string[] | undefined): readonly Control[] {
  if (!ids) return controls
  const stranger = ids.find((id) => !controls.some((control) => control.id === id))
  if (stranger !== undefined) throw noSuchControl(stranger)
  return controls.filter(({ id }) => ids.includes(id))
}

function judgeControl(control: Control, inventory: Inventory, settings: AuditSettings): Finding[] {
  if (control.scope === 'registry') {
    const verdict = safely(() => control.judge(inventory, settings))
    return [finding(control, registryArn(inventory), verdict)]
  }
  if (control.scope === 'resource') return judgeResources(control, inventory, settings)
  const { repositories } = inventory
  if ('error' in repositories) {
    return [finding(control, registryArn(inventory), unknown(repositories.error))]
  }
  return repositories.ok.map((repository) => {
    const verdict = safely(() => control.judge(repository, inventory, settings))
    return finding(control, repository.arn, verdict, repository)
  })
}

function judgeResources(control: ResourceControl, inventory: Inventory, settings: AuditSettings): Finding[] {
  try {
    const judged = control.judge(inventory, settings)
    return judged.map(({ resource, verdict, repository: name }) =>
      finding(control, resource, verdict, name === undefined ? undefined : { name }),
    )
  } catch (error) {
    return [finding(control, registryArn(inventory), defect(error))]
  }
}

function finding(
  control: Control,
  resource: string,
  verdict: Verdict,
  repository?: Pick<RepositoryInventory, 'name'>,
): Finding {
  const { status, reason, evidence, severity = control.severity } = verdict
  const { id, title, fix } = control
  // By hand, in the order of the document: there are hundreds of thousands of these.
  const made: Partial<Finding> = { control: id, title, status, severity, resource }
  if (repository) made.repository = repository.name
  made.reason = reason
  if (evidence) made.evidence = evidence
  if (needsFix(status)) made.fix = fix
  return made as Finding
}

function needsFix(status: Status): boolean {
  return status === 'fail'
}

/** A defect in one control must cost neither the report nor the other findings. */
function safely(judgement: () => Verdict): Verdict {
  try {
    return judgement()
  } catch (error) {
    return defect(error)
  }
}

function defect(error: unknown): Verdict {
  const { message } = toHoldfastError(error)
  return { status: 'unknown', reason: `The control failed: ${message}`, evidence: { defect: true } }
}

function noSuchControl(id: string): HoldfastError {
  return new HoldfastError('usage', {
    what: `No control is called ${JSON.stringify(id)}`,
    next: 'holdfast explain lists the controls.',
  })
}
