import { createCipheriv, createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'

export interface Layer {
  bytes: Buffer
  digest: string
  /** Digest of the tar inside: what an image's configuration lists. */
  diffId: string
}

export const sha256 = (bytes: Uint8Array) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`

/** A gzipped tar with one file that does not compress, the same bytes for the same name on every machine. */
export function layer(name: string, size: number): Layer {
  const tar = Buffer.concat([
    header(name, size),
    noise(name, size),
    Buffer.alloc((512 - (size % 512)) % 512),
    end,
  ])
  const bytes = gzipSync(tar, { level: 0 })
  return { bytes, digest: sha256(bytes), diffId: sha256(tar) }
}

const end = Buffer.alloc(1024)

function noise(name: string, size: number): Buffer {
  const key = createHash('sha256').update(name).digest()
  return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(size))
}

/** One ustar header: a plain file, fixed time, root's. */
function header(name: string, size: number): Buffer {
  const block = Buffer.alloc(512)
  const field = (offset: number, text: string) => block.write(text, offset, 'latin1')
  const octal = (value: number, digits: number) => `${value.toString(8).padStart(digits, '0')}\0`
  field(0, name.replaceAll('/', '-').slice(0, 99))
  field(100, octal(0o644, 7))
  field(108, octal(0, 7))
  field(116, octal(0, 7))
  field(124, octal(size, 11))
  field(136, octal(1_700_000_000, 11))
  field(148, ' '.repeat(8))
  field(156, '0')
  field(257, 'ustar\u000000')
  const sum = block.reduce((total, byte) => total + byte, 0)
  field(148, `${sum.toString(8).padStart(6, '0')}\0 `)
  return block
}
