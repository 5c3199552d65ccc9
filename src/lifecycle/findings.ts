/** What ECR refuses, and what it accepts although it does not do what it looks like. */
export type LintCode =
  | 'text-too-short'
  | 'text-too-long'
  | 'not-json'
  | 'wrong-type'
  | 'missing-member'
  | 'unknown-member'
  | 'unknown-value'
  | 'not-positive'
  | 'no-rules'
  | 'too-many-rules'
  | 'tag-list-missing'
  | 'tag-list-not-allowed'
  | 'tag-lists-both'
  | 'empty-list'
  | 'empty-entry'
  | 'too-many-wildcards'
  | 'count-unit-missing'
  | 'count-unit-not-allowed'
  | 'storage-class-mismatch'
  | 'archive-too-short'
  | 'target-missing'
  | 'target-not-allowed'
  | 'action-not-allowed'
  | 'duplicate-priority'
  | 'any-not-last'
  | 'untagged-twice'
  | 'duplicate-tag-list'
  | 'duplicate-key'
  | 'list-means-and'
  | 'never-matches'
  | 'exact-tag'
  | 'never-acts'
  | 'age-takes-newest'
  | 'untagged-too-soon'
  | 'count-counts-parts'
  | 'pulled-is-not-used'
  | 'archive-stays'
  | 'untagged-uncovered'

export interface LintFinding {
  code: LintCode
  /** `error`: ECR refuses the policy. `warning`: accepted, and a surprise. */
  severity: 'error' | 'warning'
  /** `rules[0].selection.countUnit`; empty for the whole document. */
  path: string
  line?: number
  text: string
}

/** Collects findings in the order in which they are found. */
export class Findings {
  readonly list: LintFinding[] = []

  error(code: LintCode, path: string, text: string): void {
    this.list.push({ code, severity: 'error', path, text })
  }

  warning(code: LintCode, path: string, text: string): void {
    this.list.push({ code, severity: 'warning', path, text })
  }

  get errors(): number {
    return this.list.filter(({ severity }) => severity === 'error').length
  }
}
