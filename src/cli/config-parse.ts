import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml'
import { z } from 'zod'
import { HoldfastError } from '../core/errors.ts'
import type { Config } from './config.ts'
import { configSchema } from './config-schema.ts'
import { nearest } from './nearest.ts'

/** Parses the text of a holdfast.yaml. Every refusal names the file, the line and the column. */
export function parseConfig(text: string, path: string): Config {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, customTags: [] })
  const broken = document.errors[0]
  if (broken) throw invalid(path, lines.linePos(broken.pos[0]), broken.message.split('\n')[0] ?? 'not YAML')
  const value = toPlain(document, path)
  const parsed = configSchema.safeParse(value)
  if (parsed.success) return parsed.data
  // A key that is misspelled is also one that is missing: the first says what to correct.
  const { issues } = parsed.error
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0]
  if (!issue) throw invalid(path, { line: 1, col: 1 }, 'not a configuration')
  const node = nodeAt(document.contents, issue)
  throw invalid(path, lines.linePos(node?.range?.[0] ?? 0), explain(issue))
}

function toPlain(document: ReturnType<typeof parseDocument>, path: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 }) ?? {}
  } catch (cause) {
    throw invalid(path, { line: 1, col: 1 }, cause instanceof Error ? cause.message : String(cause))
  }
}

function explain(issue: z.core.$ZodIssue): string {
  const at = issue.path.join('.')
  if (issue.code !== 'unrecognized_keys') return at ? `${at}: ${issue.message}` : issue.message
  const key = issue.keys[0] ?? ''
  const known = knownKeys(issue.path)
  const close = nearest(key, known)
  return `unknown key ${JSON.stringify(key)}${close ? `, did you mean ${JSON.stringify(close)}?` : ''}`
}

/** The keys that the schema has at a place. */
function knownKeys(path: readonly PropertyKey[]): string[] {
  let at: unknown = configSchema
  for (const step of path) at = typeof step === 'number' ? elementOf(at) : memberOf(at, String(step))
  return Object.keys(shapeOf(at))
}

function unwrapped(schema: unknown): unknown {
  return schema instanceof z.ZodOptional ? unwrapped(schema.unwrap()) : schema
}

function shapeOf(schema: unknown): Record<string, unknown> {
  const inner = unwrapped(schema)
  return inner instanceof z.ZodObject ? inner.shape : {}
}

function memberOf(schema: unknown, name: string): unknown {
  return shapeOf(schema)[name]
}

function elementOf(schema: unknown): unknown {
  const inner = unwrapped(schema)
  return inner instanceof z.ZodArray ? inner.element : undefined
}

/** The YAML node that an issue is about; for an unknown key the key itself. */
function nodeAt(start: unknown, issue: z.core.$ZodIssue): Node | undefined {
  const keys = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0] ?? ''] : issue.path
  let node = start
  for (const [index, key] of keys.entries()) {
    if (isSeq(node) && typeof key === 'number') {
      node = node.items[key]
      continue
    }
    if (!isMap(node)) break
    const pair = node.items.find((item) => isScalar(item.key) && item.key.value === key)
    if (!pair) break
    const last = index === keys.length - 1
    node = last && issue.code === 'unrecognized_keys' ? pair.key : pair.value
  }
  return (node as Node | undefined) ?? undefined
}

function invalid(path: string, at: { line: number; col: number }, why: string): HoldfastError {
  return new HoldfastError('config-invalid', {
    what: `${path}:${Math.max(at.line, 1)}:${Math.max(at.col, 1)} is not a valid configuration`,
    why,
    next: 'Correct the line; docs/configuration.md lists every key.',
  })
}
