import { AwsError } from '../http.ts'

export interface ByteRange {
  from: number
  to: number
}

/**
 * The bytes that a `Range` header asks for; undefined means all of them: no header, one that cannot be read, or
 * one with several ranges, none of which S3 serves.
 */
export function readRange(header: string | undefined, size: number): ByteRange | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '')
  if (!match || (match[1] === '' && match[2] === '')) return undefined
  const range = match[1] === '' ? lastBytes(Number(match[2]), size) : fromTo(match[1], match[2], size)
  if (range && range.from > range.to && range.from < size) return undefined
  if (range && range.from < size && range.from <= range.to) return range
  throw new AwsError('InvalidRange', 'The requested range is not satisfiable', {
    status: 416,
    extra: { RangeRequested: header, ActualObjectSize: size },
  })
}

function lastBytes(count: number, size: number): ByteRange | undefined {
  return count === 0 ? undefined : { from: Math.max(0, size - count), to: size - 1 }
}

function fromTo(first = '', last = '', size: number): ByteRange {
  const from = Number(first)
  return { from, to: last === '' ? size - 1 : Math.min(Number(last), from > Number(last) ? -1 : size - 1) }
}
