import type { ImageSecret } from '../inventory/inventory.ts'

type Found = Pick<ImageSecret, 'where' | 'kind'>

/** Shapes that are secrets wherever they stand. */
const shapes: [string, RegExp][] = [
  ['AWS access key', /\b(AKIA|ASIA)[A-Z0-9]{16}\b/],
  ['private key', /-----BEGIN [A-Z ]*PRIVATE KEY-----/],
  ['GitHub token', /\b(ghp|gho|ghu|ghs|ghr)_[A-Za-z0-9]{36,}\b|\bgithub_pat_[A-Za-z0-9_]{40,}\b/],
  ['Slack token', /\bxox[abprs]-[A-Za-z0-9-]{10,}\b/],
  ['npm token', /\bnpm_[A-Za-z0-9]{36}\b/],
  ['password in a URL', /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@$]{1,100}:[^\s:/@$]{3,100}@/i],
]

/** Names of variables whose values are secrets, if they have one. */
const secretName =
  /(PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|ACCESS_?KEY|CREDENTIALS?)$/i
/** Paths, references to variables and stores, and words that people put in the place of a secret. */
const noSecret =
  /^$|^\/|^\$|^<.*>$|^(true|false|none|null|changeme|example|placeholder|redacted|x+|\*+)$|^(arn:|file:|https?:\/\/[^@]*$)|_FILE$/i

const mostText = 20_000

/** What looks like a secret in the text of an image configuration; a text that is none has no secrets. */
export function secretsIn(text: string): Found[] {
  const config = parse(text)
  const environment = texts(asRecord(config['config'])['Env'])
  const history = Array.isArray(config['history']) ? config['history'] : []
  const steps = history.map((step) => asRecord(step)['created_by']).filter((step) => typeof step === 'string')
  return unique([
    ...environment.flatMap((line, at) => inVariable(line, at + 1)),
    ...steps.flatMap((step, at) => inStep(step.slice(0, mostText), at + 1)),
  ])
}

function inVariable(line: string, number: number): Found[] {
  const at = line.indexOf('=')
  const [name, value] = at < 0 ? ['', line] : [line.slice(0, at), line.slice(at + 1)]
  // A name that is none may be the secret itself.
  const where = isName(name)
    ? `environment variable ${name}`
    : `environment variable ${number}, whose name is none`
  const shape = shapeOf(value) ?? shapeOf(name)
  if (shape) return [{ where, kind: shape }]
  return secretName.test(name) && !noSecret.test(value) ? [{ where, kind: 'value of a secret name' }] : []
}

function isName(text: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_.-]{0,100}$/.test(text) && shapeOf(text) === undefined
}

function inStep(step: string, number: number): Found[] {
  const where = `build step ${number}`
  const shape = shapeOf(step)
  if (shape) return [{ where, kind: shape }]
  const assigned = [
    ...step.matchAll(/\b([A-Za-z_][A-Za-z0-9_]{0,60})=("[^"]{0,500}"|'[^']{0,500}'|[^\s|;&]{1,500})/g),
  ]
  const named = assigned.find(
    ([, name = '', value = '']) => secretName.test(name) && !noSecret.test(value.replace(/^["']|["']$/g, '')),
  )
  return named ? [{ where: `${where}, ${named[1]}`, kind: 'value of a secret name' }] : []
}

function shapeOf(text: string): string | undefined {
  return shapes.find(([, pattern]) => pattern.test(text))?.[0]
}

function parse(text: string): Record<string, unknown> {
  try {
    return asRecord(JSON.parse(text))
  } catch {
    // Not a configuration: whatever it is, there is no environment in it.
    return {}
  }
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []
}

function unique(found: Found[]): Found[] {
  return [...new Map(found.map((one) => [`${one.where} ${one.kind}`, one])).values()]
}
