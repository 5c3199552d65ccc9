export type Architecture = 'amd64' | 'arm64'

const loadAddress = 0x400000n
const headers = 64 + 56

/**
 * A static Linux program that prints one line and exits with 0: the smallest thing that makes a seeded image one
 * that a container runtime can really start. It needs no library and reads nothing.
 */
export function program(architecture: Architecture, line: string): Buffer {
  const text = Buffer.from(`${line}\n`)
  const code = architecture === 'amd64' ? codeForAmd64(text.length) : codeForArm64(text.length)
  const body = Buffer.concat([code, text])
  return Buffer.concat([elfHeader(architecture), programHeader(headers + body.length), body])
}

function elfHeader(architecture: Architecture): Buffer {
  const head = Buffer.alloc(64)
  Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]).copy(head)
  head.writeUInt16LE(2, 16)
  head.writeUInt16LE(architecture === 'amd64' ? 62 : 183, 18)
  head.writeUInt32LE(1, 20)
  head.writeBigUInt64LE(loadAddress + BigInt(headers), 24)
  head.writeBigUInt64LE(64n, 32)
  head.writeUInt16LE(64, 52)
  head.writeUInt16LE(56, 54)
  head.writeUInt16LE(1, 56)
  return head
}

/** One segment, readable and executable: the whole file. */
function programHeader(size: number): Buffer {
  const head = Buffer.alloc(56)
  head.writeUInt32LE(1, 0)
  head.writeUInt32LE(5, 4)
  head.writeBigUInt64LE(loadAddress, 16)
  head.writeBigUInt64LE(loadAddress, 24)
  head.writeBigUInt64LE(BigInt(size), 32)
  head.writeBigUInt64LE(BigInt(size), 40)
  head.writeBigUInt64LE(0x1000n, 48)
  return head
}

/** write(1, text, length); exit(0). The text follows the code, addressed relative to the instruction. */
function codeForAmd64(length: number): Buffer {
  const code = Buffer.from([
    ...[0xb8, 1, 0, 0, 0],
    ...[0xbf, 1, 0, 0, 0],
    ...[0x48, 0x8d, 0x35, 16, 0, 0, 0],
    ...[0xba, 0, 0, 0, 0],
    ...[0x0f, 0x05],
    ...[0xb8, 60, 0, 0, 0],
    ...[0x31, 0xff],
    ...[0x0f, 0x05],
  ])
  code.writeUInt32LE(length, 18)
  return code
}

function codeForArm64(length: number): Buffer {
  const move = (register: number, value: number) => (0xd2800000 | (value << 5) | register) >>> 0
  // ADR x1: the text begins six instructions after this one.
  const addressOfText = 0x10000000 | (6 << 5) | 1
  const supervisorCall = 0xd4000001
  const code = [
    move(8, 64),
    move(0, 1),
    addressOfText,
    move(2, length),
    supervisorCall,
    move(8, 93),
    move(0, 0),
    supervisorCall,
  ]
  const bytes = Buffer.alloc(code.length * 4)
  for (const [at, word] of code.entries()) bytes.writeUInt32LE(word >>> 0, at * 4)
  return bytes
}
