import { BlockList, isIPv4, isIPv6 } from 'node:net'

export interface AddressRange {
  address: string
  prefix: number
  family: 'ipv4' | 'ipv6'
}

/** `203.0.113.0/24`, or one address; undefined when it is neither. */
export function readRange(text: string): AddressRange | undefined {
  const [address = '', size, ...more] = text.split('/')
  const family = isIPv4(address) ? 'ipv4' : isIPv6(address) && !address.includes('%') ? 'ipv6' : undefined
  if (family === undefined || more.length > 0) return undefined
  const longest = family === 'ipv4' ? 32 : 128
  if (size === undefined) return { address, prefix: longest, family }
  if (!/^\d{1,3}$/.test(size) || Number(size) > longest) return undefined
  return { address, prefix: Number(size), family }
}

export function isInside(address: string, ranges: readonly string[]): boolean {
  return blockListOf(ranges).check(address, isIPv4(address) ? 'ipv4' : 'ipv6')
}

/** Ranges that nobody has on the internet: ECR never sees them but through an endpoint. */
const privateRanges = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7']

export function isPrivateRange(text: string): boolean {
  const range = readRange(text)
  if (!range) return false
  return privateRanges.some(
    (one) => range.prefix >= (readRange(one)?.prefix ?? 0) && isInside(range.address, [one]),
  )
}

function blockListOf(ranges: readonly string[]): BlockList {
  const list = new BlockList()
  for (const text of ranges) {
    const range = readRange(text)
    if (range) list.addSubnet(range.address, range.prefix, range.family)
  }
  return list
}
