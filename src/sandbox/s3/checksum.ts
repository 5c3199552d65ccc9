import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { AwsError } from '../http.ts'
import { Crc32c, Crc64Nvme } from './crc.ts'

/** Names as they stand in `x-amz-checksum-...`. */
export type ChecksumName = 'crc32' | 'crc32c' | 'crc64nvme' | 'sha1' | 'sha256'

export interface RunningChecksum {
  update(data: Uint8Array): void
  digest(): Buffer
}

const makers: Record<ChecksumName, () => RunningChecksum> = {
  crc32: () => new Crc32(),
  crc32c: () => new Crc32c(),
  crc64nvme: () => new Crc64Nvme(),
  sha1: () => createHash('sha1'),
  sha256: () => createHash('sha256'),
}
const sizes: Record<ChecksumName, number> = { crc32: 4, crc32c: 4, crc64nvme: 8, sha1: 20, sha256: 32 }
export const checksumNames = Object.keys(makers) as ChecksumName[]

/** What S3 computes when the client names no algorithm. */
export const defaultChecksum: ChecksumName = 'crc64nvme'

export function startChecksum(name: ChecksumName): RunningChecksum {
  return makers[name]()
}

export function checksumName(text: string): ChecksumName {
  const name = text.toLowerCase()
  const found = checksumNames.find((each) => each === name)
  if (found) return found
  throw new AwsError('InvalidRequest', `There is no checksum algorithm ${JSON.stringify(text)}.`)
}

export function isChecksumValue(name: ChecksumName, text: string): boolean {
  const bytes = Buffer.from(text, 'base64')
  return bytes.length === sizes[name] && bytes.toString('base64') === text
}

/** A checksum of the parts' checksums: what a composite checksum and a composite ETag are. */
export function checksumOfParts(name: ChecksumName, values: readonly string[]): string {
  const running = startChecksum(name)
  for (const value of values) running.update(Buffer.from(value, 'base64'))
  return `${running.digest().toString('base64')}-${values.length}`
}

class Crc32 implements RunningChecksum {
  #crc = 0

  update(data: Uint8Array): void {
    this.#crc = crc32(data, this.#crc)
  }

  digest(): Buffer {
    const out = Buffer.alloc(4)
    out.writeUInt32BE(this.#crc)
    return out
  }
}
