import { isIPv4, isIPv6 } from 'node:net'
import { maybe, type Truth, truthOf, yes } from '../truth.ts'
import type { Family } from './matcher.ts'
import { anyOf } from './text.ts'

interface Address {
  bits: bigint
  length: 32 | 128
}

function readAddress(text: string): Address | undefined {
  if (isIPv4(text)) return { bits: fromParts(text.split('.').map(Number), 8n), length: 32 }
  if (!isIPv6(text) || text.includes('%')) return undefined
  return { bits: fromParts(groupsOf(text), 16n), length: 128 }
}

function fromParts(parts: readonly number[], width: bigint): bigint {
  return parts.reduce((so, part) => (so << width) | BigInt(part), 0n)
}

/** The eight groups of an IPv6 address; the last two may be written as IPv4. */
function groupsOf(text: string): number[] {
  const [head = '', tail] = text.split('::')
  const before = groups(head)
  if (tail === undefined) return before
  const after = groups(tail)
  return [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after]
}

function groups(text: string): number[] {
  return text
    .split(':')
    .filter((part) => part !== '')
    .flatMap((part) => {
      if (!part.includes('.')) return [Number.parseInt(part, 16)]
      const [a = 0, b = 0, c = 0, d = 0] = part.split('.').map(Number)
      return [a * 256 + b, c * 256 + d]
    })
}

/** What is no range, or no address, can't be compared: neither a yes nor a no. */
function compileRange(text: string): (value: string) => Truth {
  const [start = '', size, ...more] = text.split('/')
  const address = readAddress(start)
  const prefix = size === undefined ? address?.length : /^\d{1,3}$/.test(size) ? Number(size) : undefined
  if (!address || prefix === undefined || prefix > address.length || more.length > 0) return () => maybe
  const rest = BigInt(address.length - prefix)
  return (value) => {
    const found = readAddress(value)
    if (!found) return maybe
    return truthOf(found.length === address.length && found.bits >> rest === address.bits >> rest)
  }
}

const compile: Family['compile'] = ({ values }) => anyOf(values.map(compileRange))

/** For certain. */
export function isInRange(range: string, address: string): boolean {
  return compileRange(range)(address) === yes
}

export const addressFamilies: Record<string, Family> = {
  ipaddress: { compile, words: 'is in' },
  notipaddress: { compile, words: 'is in', negated: true },
}
