import { invalidParameter } from '../errors.ts'

/** The grammar of resource policies, as far as ECR enforces it when a policy is put (ecr-facts 2.10 and 6.3). */

export type Statement = Record<string, unknown>

const documentKeys = ['Version', 'Id', 'Statement']
const statementKeys = [
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
]
const principalKeys = ['AWS', 'Service', 'Federated', 'CanonicalUser']

/** The statements, or the refusal. Only ecr: actions; a registry policy must name resources. */
export function parsePolicy(text: string, kind: 'repository' | 'registry'): Statement[] {
  const statements = readStatements(text)
  if (statements?.every((statement) => isStatement(statement, kind))) return statements
  throw invalidParameter('PolicyText', `Invalid ${kind} policy provided`)
}

/** One value or a list of them, as policies may have it nearly everywhere. */
export function valuesOf(value: unknown): string[] {
  const values: unknown[] = Array.isArray(value) ? value : [value]
  return values.filter((each) => typeof each === 'string')
}

function readStatements(text: string): Statement[] | undefined {
  const document = parseJson(text)
  if (!isObject(document) || !hasOnly(document, documentKeys)) return undefined
  const { Version, Statement } = document
  if (Version !== undefined && Version !== '2012-10-17' && Version !== '2008-10-17') return undefined
  const statements: unknown[] = Array.isArray(Statement) ? Statement : [Statement]
  return statements.length > 0 && statements.every(isObject) ? statements : undefined
}

function isStatement(statement: Statement, kind: 'repository' | 'registry'): boolean {
  const { Sid, Effect, Condition } = statement
  const resources = hasOne(statement, 'Resource', 'NotResource', isTexts)
  const resourceless = statement['Resource'] === undefined && statement['NotResource'] === undefined
  return (
    hasOnly(statement, statementKeys) &&
    (Sid === undefined || typeof Sid === 'string') &&
    (Effect === 'Allow' || Effect === 'Deny') &&
    hasOne(statement, 'Principal', 'NotPrincipal', isPrincipal) &&
    hasOne(statement, 'Action', 'NotAction', isActions) &&
    (resources || (kind === 'repository' && resourceless)) &&
    (Condition === undefined || isCondition(Condition))
  )
}

function hasOne(
  statement: Statement,
  name: string,
  other: string,
  check: (value: unknown) => boolean,
): boolean {
  const [a, b] = [statement[name], statement[other]]
  if (a !== undefined && b !== undefined) return false
  return check(a ?? b)
}

function isActions(value: unknown): boolean {
  return isTexts(value) && valuesOf(value).every((action) => /^ecr:[A-Za-z*?]+$/i.test(action))
}

function isPrincipal(value: unknown): boolean {
  if (value === '*') return true
  if (!isObject(value) || Object.keys(value).length === 0 || !hasOnly(value, principalKeys)) return false
  const aws = value['AWS']
  return Object.values(value).every(isTexts) && (aws === undefined || valuesOf(aws).every(isAwsPrincipal))
}

function isAwsPrincipal(value: string): boolean {
  return value === '*' || /^\d{12}$/.test(value) || /^arn:aws[a-z-]*:(iam|sts)::\d{12}:.+$/.test(value)
}

function isCondition(value: unknown): boolean {
  return isObject(value) && Object.values(value).every((keys) => isObject(keys))
}

function isTexts(value: unknown): boolean {
  const values: unknown[] = Array.isArray(value) ? value : [value]
  return values.length > 0 && values.every((each) => typeof each === 'string' && each !== '')
}

function hasOnly(value: object, names: string[]): boolean {
  return Object.keys(value).every((name) => names.includes(name))
}

function isObject(value: unknown): value is Statement {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
