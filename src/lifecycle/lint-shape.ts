import type { Findings } from './findings.ts'

/** A rule as written, once its form is right: every member has its type, every word is one that ECR knows. */
export interface RuleDocument {
  rulePriority: number
  selection: {
    tagStatus: 'tagged' | 'untagged' | 'any'
    tagPatternList?: string[]
    tagPrefixList?: string[]
    storageClass?: 'standard' | 'archive'
    countType: 'imageCountMoreThan' | 'sinceImagePushed' | 'sinceImagePulled' | 'sinceImageTransitioned'
    countUnit?: 'days'
    countNumber: number
  }
  action: { type: 'expire' | 'transition'; targetStorageClass?: 'archive' }
}

type Check = (value: unknown, path: string, findings: Findings) => void
type Members = Record<string, unknown>

const text: Check = (value, path, findings) => {
  if (typeof value !== 'string') findings.error('wrong-type', path, 'It must be a text.')
}

const positive: Check = (value, path, findings) => {
  if (typeof value !== 'number' || !Number.isInteger(value))
    findings.error('wrong-type', path, `It must be a whole number, not ${shown(value)}.`)
  else if (value < 1) findings.error('not-positive', path, 'It must be 1 or more.')
}

const texts: Check = (value, path, findings) => {
  if (!Array.isArray(value)) return findings.error('wrong-type', path, 'It must be a list of texts.')
  if (value.length === 0) return findings.error('empty-list', path, 'It must have at least one entry.')
  value.forEach((entry, at) => {
    text(entry, `${path}[${at}]`, findings)
    if (entry === '') findings.error('empty-entry', `${path}[${at}]`, 'An entry must not be empty.')
  })
}

const oneOf =
  (...words: string[]): Check =>
  (value, path, findings) => {
    if (words.includes(value as string)) return
    const close = words.find((word) => word.toLowerCase() === String(value).toLowerCase().replaceAll('_', ''))
    const hint = close ? `Write it as ${close}.` : `It must be ${words.join(' or ')}.`
    findings.error('unknown-value', path, `ECR does not know ${shown(value)} here. ${hint}`)
  }

const object =
  (required: Record<string, Check>, optional: Record<string, Check> = {}): Check =>
  (value, path, findings) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return findings.error('wrong-type', path, 'It must be an object.')
    const at = (name: string) => (path === '' ? name : `${path}.${name}`)
    for (const name of Object.keys(required).filter((name) => !Object.hasOwn(value, name)))
      findings.error('missing-member', path, `${name} is missing.`)
    const checks = new Map(Object.entries({ ...required, ...optional }))
    for (const [name, member] of Object.entries(value as Members)) {
      const check = checks.get(name)
      if (check) check(member, at(name), findings)
      else findings.error('unknown-member', at(name), 'ECR does not know this member.')
    }
  }

const selection = object(
  {
    tagStatus: oneOf('tagged', 'untagged', 'any'),
    countType: oneOf('imageCountMoreThan', 'sinceImagePushed', 'sinceImagePulled', 'sinceImageTransitioned'),
    countNumber: positive,
  },
  {
    tagPatternList: texts,
    tagPrefixList: texts,
    storageClass: oneOf('standard', 'archive'),
    countUnit: oneOf('days'),
  },
)
const action = object({ type: oneOf('expire', 'transition') }, { targetStorageClass: oneOf('archive') })
const rule = object({ rulePriority: positive, selection, action }, { description: text })

const ruleList: Check = (value, path, findings) => {
  if (!Array.isArray(value)) return findings.error('wrong-type', path, 'It must be a list of rules.')
  if (value.length === 0) findings.error('no-rules', path, 'There must be at least one rule.')
  if (value.length > 50)
    findings.error('too-many-rules', path, `ECR takes 50 rules at most; these are ${value.length}.`)
}

const policy = object({ rules: ruleList })

/** A rule whose form is right, and where it is. */
export interface PlacedRule {
  document: RuleDocument
  path: string
}

/** Checks the form (ecr-facts 3.1) and answers the rules whose form is right. */
export function lintShape(document: unknown, findings: Findings): PlacedRule[] {
  policy(document, '', findings)
  const list = (document as { rules?: unknown } | null)?.rules
  if (!Array.isArray(list)) return []
  return list.slice(0, 1000).flatMap((value, at) => {
    const path = `rules[${at}]`
    const before = findings.errors
    rule(value, path, findings)
    return findings.errors === before ? [{ document: value as RuleDocument, path }] : []
  })
}

/** Short, whatever it is. */
function shown(value: unknown): string {
  const words = typeof value === 'object' && value !== null ? 'an object or list' : JSON.stringify(value)
  return words.length > 60 ? `${words.slice(0, 60)}…` : words
}
