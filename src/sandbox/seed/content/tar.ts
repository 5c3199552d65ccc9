/** One thing in a layer. Parent directories need not be listed: `writeTar` adds them. */
export interface TreeEntry {
  content?: Uint8Array
  /** Target of a symbolic link; then there is no content. */
  link?: string
  mode?: number
}

/** Path (no leading slash) to entry. */
export type Tree = Record<string, TreeEntry>

const block = 512
/** 2025-01-01T00:00:00Z. Every entry has it, so that the same tree is always the same bytes. */
const fixedTime = 1_735_689_600

/** A POSIX ustar archive: entries in byte order, owner 0:0, fixed time, so one tree has one digest for ever. */
export function writeTar(tree: Tree): Buffer {
  const all = { ...parentsOf(Object.keys(tree)), ...tree }
  const parts: Buffer[] = []
  for (const path of Object.keys(all).sort()) parts.push(...entryBlocks(path, all[path] ?? {}))
  parts.push(Buffer.alloc(2 * block))
  return Buffer.concat(parts)
}

function parentsOf(paths: string[]): Tree {
  const parents: Tree = {}
  for (const path of paths) {
    const steps = path.split('/').slice(0, -1)
    for (let depth = 1; depth <= steps.length; depth++) parents[`${steps.slice(0, depth).join('/')}/`] = {}
  }
  return parents
}

function entryBlocks(path: string, entry: TreeEntry): Buffer[] {
  const content = Buffer.from(entry.content ?? [])
  const padding = (block - (content.length % block)) % block
  return [header(path, entry, content.length), content, Buffer.alloc(padding)]
}

function header(path: string, entry: TreeEntry, size: number): Buffer {
  // 100 bytes is the name field; the prefix field is not needed for trees as small as ours.
  if (Buffer.byteLength(path) > 100) throw new RangeError(`Path too long for a seed layer: ${path}`)
  const directory = path.endsWith('/')
  const head = Buffer.alloc(block)
  head.write(path, 0)
  head.write(octal(entry.mode ?? (directory || entry.link ? 0o755 : 0o644), 7), 100)
  head.write(octal(0, 7), 108)
  head.write(octal(0, 7), 116)
  head.write(octal(size, 11), 124)
  head.write(octal(fixedTime, 11), 136)
  head.write(' '.repeat(8), 148)
  head.write(directory ? '5' : entry.link === undefined ? '0' : '2', 156)
  head.write(entry.link ?? '', 157)
  head.write('ustar\u000000', 257)
  head.write('root', 265)
  head.write('root', 297)
  const sum = head.reduce((total, byte) => total + byte, 0)
  head.write(`${octal(sum, 6)}\u0000 `, 148)
  return head
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0')
}
