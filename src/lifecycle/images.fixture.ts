import { createHash } from 'node:crypto'
import type { LifecycleImage } from './image.ts'
import { parseLifecycle } from './parse.ts'
import type { LifecycleRule } from './policy.ts'

export const now = new Date('2026-11-24T12:00:00Z')

/** ISO time of so many days ago. */
export const ago = (days: number): string => new Date(now.getTime() - days * 86_400_000).toISOString()

export const digestFor = (name: string): string => `sha256:${createHash('sha256').update(name).digest('hex')}`

/** An image of this name, pushed so many days ago. */
export function image(
  name: string,
  days: number,
  tags: string[] = [],
  more: Partial<LifecycleImage> = {},
): LifecycleImage {
  const digest = digestFor(name)
  return { digest, tags, pushedAt: ago(days), status: 'ACTIVE', kind: 'image', bytes: 10, ...more }
}

export function index(
  name: string,
  days: number,
  tags: string[],
  children: string[] | undefined,
): LifecycleImage {
  const known = children && { children: children.map(digestFor) }
  return image(name, days, tags, { kind: 'index', ...known })
}

/**
 * `tagged[v*,rel*] count>2`, `any pulled>90 archive`, `any class=archive transitioned>365`: rules in the notation of
 * ecr-facts 3.4, in the order of their priorities.
 */
export function policyText(...lines: string[]): string {
  return JSON.stringify({ rules: lines.map(ruleDocument) })
}

export function rules(...lines: string[]): LifecycleRule[] {
  const parsed = parseLifecycle(policyText(...lines))
  if ('unreadable' in parsed) throw new Error(parsed.unreadable)
  return parsed.rules
}

const countTypes: Record<string, string> = {
  count: 'imageCountMoreThan',
  pushed: 'sinceImagePushed',
  pulled: 'sinceImagePulled',
  transitioned: 'sinceImageTransitioned',
}

function ruleDocument(line: string, at: number) {
  const match = /^(tagged|untagged|any)(?:\[(.*)\]|\{(.*)\})?( class=archive)? (\w+)>(\d+)( archive)?$/.exec(
    line,
  )
  if (!match) throw new Error(`not a rule: ${line}`)
  const [, tagStatus, patterns, prefixes, archive, kind = '', count, transition] = match
  return {
    rulePriority: at + 1,
    selection: {
      tagStatus,
      ...(patterns && { tagPatternList: patterns.split(',') }),
      ...(prefixes && { tagPrefixList: prefixes.split(',') }),
      ...(archive && { storageClass: 'archive' }),
      countType: countTypes[kind],
      ...(kind !== 'count' && { countUnit: 'days' }),
      countNumber: Number(count),
    },
    action: transition ? { type: 'transition', targetStorageClass: 'archive' } : { type: 'expire' },
  }
}
