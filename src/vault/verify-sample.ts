import type { Clock } from '../core/clock.ts'
import type { Digest } from '../core/digest.ts'
import { HoldfastError } from '../core/errors.ts'

/** How much of the vault to read: a share of it, or about so many blobs. */
export type SampleSize = { percent: number } | { blobs: number }

export interface SampleOptions {
  size: SampleSize
  /** Which part; any whole number: as many rounds in a row as there are parts cover everything. Default: the day. */
  round?: number
}

/** Which part of the blobs was read, and of how many. */
export interface Sample {
  /** 1 to `parts`. */
  part: number
  parts: number
  round: number
  /** What the part holds, of everything that the snapshots need. */
  blobs: number
  bytes: number
  ofBlobs: number
  ofBytes: number
}

/** `10%`, `2.5%` or `500`. */
export function parseSample(text: string): SampleSize {
  const percent = /^(\d{1,3}(?:\.\d+)?)%$/.exec(text)?.[1]
  if (percent !== undefined && Number(percent) > 0 && Number(percent) <= 100)
    return { percent: Number(percent) }
  if (/^[1-9]\d{0,14}$/.test(text)) return { blobs: Number(text) }
  throw new HoldfastError('usage', {
    what: `Not a sample: ${JSON.stringify(text)}`,
    next: 'Examples: --sample 10%  --sample 500',
  })
}

const dayMs = 24 * 60 * 60 * 1000

/**
 * The part of the round. Which part a blob is in is read from its digest alone: it does not move when others come and
 * go, so nothing has to be remembered between runs, and nothing is left out.
 */
export function takeSample(
  all: ReadonlyMap<Digest, number>,
  { size, round: given }: SampleOptions,
  clock: Clock,
): { blobs: Map<Digest, number>; sample: Sample } {
  const parts = partsFor(size, all.size)
  const round = given ?? Math.floor(clock.now().getTime() / dayMs)
  const part = ((round % parts) + parts) % parts
  const blobs = new Map([...all].filter(([digest]) => partOf(digest, parts) === part))
  return {
    blobs,
    sample: {
      part: part + 1,
      parts,
      round,
      blobs: blobs.size,
      bytes: sum(blobs),
      ofBlobs: all.size,
      ofBytes: sum(all),
    },
  }
}

/** For a number of blobs a power of two: the parts stay the same until the vault has doubled. */
function partsFor(size: SampleSize, blobs: number): number {
  if ('percent' in size) return Math.ceil(100 / size.percent)
  let parts = 1
  while (parts * size.blobs < blobs) parts *= 2
  return parts
}

/** Digests are as good as random, so the parts are about equal. 48 bits are exact in a number. */
function partOf(digest: Digest, parts: number): number {
  return Number.parseInt(digest.slice(7, 19), 16) % parts
}

function sum(blobs: ReadonlyMap<Digest, number>): number {
  return [...blobs.values()].reduce((total, size) => total + size, 0)
}
