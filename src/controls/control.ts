import type { Inventory, MissingAnswer, RepositoryInventory } from '../inventory/inventory.ts'
import type { AuditSettings } from './settings.ts'

export type Severity = 'critical' | 'high' | 'medium' | 'low' | 'info'
export type Status = 'pass' | 'fail' | 'unknown' | 'waived' | 'not-applicable'

export interface Verdict {
  status: Exclude<Status, 'waived'>
  /** One sentence, for a person, naming what decided. */
  reason: string
  /** What the verdict was drawn from: small, plain JSON. */
  evidence?: Record<string, unknown>
  /** Only when this verdict is graver than the control usually is. */
  severity?: Severity
}

export interface Mapping {
  framework:
    | 'FSBP'
    | 'CIS EKS'
    | 'NIST 800-53'
    | 'NIST 800-190'
    | 'PCI DSS 4.0.1'
    | 'SOC 2'
    | 'ISO 27001:2022'
  ids: string[]
}

interface ControlFacts {
  /** The folder's name. */
  id: string
  title: string
  severity: Severity
  /** One sentence: what an attacker or an accident does with it. */
  why: string
  /** IAM actions that must be allowed for a verdict. */
  needs: string[]
  mappings: Mapping[]
  /** One sentence: the smallest change that turns a fail into a pass. */
  fix: string
}

/** Judges each repository on its own. */
export interface RepositoryControl extends ControlFacts {
  scope: 'repository'
  judge(repository: RepositoryInventory, inventory: Inventory, settings: AuditSettings): Verdict
}

/** Judges the registry as a whole. */
export interface RegistryControl extends ControlFacts {
  scope: 'registry'
  judge(inventory: Inventory, settings: AuditSettings): Verdict
}

/** Judges things around the registry one by one: keys, principals, rules. */
export interface ResourceControl extends ControlFacts {
  scope: 'resource'
  /** At least one; `registryArn()` is the resource of what is missing altogether. */
  judge(inventory: Inventory, settings: AuditSettings): Judged[]
}

export interface Judged {
  /** Its ARN. */
  resource: string
  /** The name, when it is a repository. */
  repository?: string
  verdict: Verdict
}

export type Control = RepositoryControl | RegistryControl | ResourceControl

export interface Finding {
  control: string
  title: string
  status: Status
  severity: Severity
  /** ARN of the repository, of the registry, or of what was judged. */
  resource: string
  repository?: string
  reason: string
  evidence?: Record<string, unknown>
  fix?: string
  /** Of a waived finding. */
  waiver?: FindingWaiver
}

export interface FindingWaiver {
  owner: string
  reason: string
  /** Last day on which it holds: `2027-01-31`. */
  expires: string
}

export const pass = (reason: string, evidence?: Record<string, unknown>): Verdict =>
  verdict('pass', reason, evidence)
export const fail = (reason: string, evidence?: Record<string, unknown>): Verdict =>
  verdict('fail', reason, evidence)
export const notApplicable = (reason: string): Verdict => verdict('not-applicable', reason)

/** ECR has no ARN for a registry: this is our own name for it, in the form of one. */
export function registryArn({ registry }: Inventory): string {
  return `arn:${registry.partition}:ecr:${registry.region}:${registry.account}:registry`
}

/** Law 3: no answer is no pass. */
export const unknown = (missing: MissingAnswer): Verdict =>
  verdict('unknown', unknownReason(missing), { message: missing.message })

/** A refusal names the permission that it takes; any other failure the request that had no answer. */
const unknownReason = ({ code, needs }: MissingAnswer): string =>
  /denied|authoriz/i.test(code) ? `${code}: needs ${needs}` : `${code}: no answer to ${needs}`

function verdict(status: Verdict['status'], reason: string, evidence?: Record<string, unknown>): Verdict {
  return evidence ? { status, reason, evidence } : { status, reason }
}
