import { BlockList, isIP } from 'node:net'

/** What an address is to us. Only `public` ones may be contacted without having been named by the user. */
export type AddressKind = 'public' | 'private' | 'loopback' | 'link-local' | 'reserved'

const ranges: Record<Exclude<AddressKind, 'public'>, readonly string[]> = {
  // fd00:ec2::254 is the instance metadata service over IPv6; it lies inside a private range.
  'link-local': ['169.254.0.0/16', 'fe80::/10', 'fd00:ec2::/32'],
  loopback: ['127.0.0.0/8', '::1/128'],
  private: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7'],
  // Among them the IPv6 forms that carry an IPv4 address inside (NAT64, 6to4, Teredo).
  reserved: [
    '0.0.0.0/8',
    '192.0.0.0/24',
    '198.18.0.0/15',
    '224.0.0.0/4',
    '240.0.0.0/4',
    '::/128',
    '64:ff9b::/96',
    '64:ff9b:1::/48',
    '2002::/16',
    '2001::/32',
    'fec0::/10',
    'ff00::/8',
  ],
}

const lists = Object.entries(ranges).map(([kind, subnets]) => {
  const list = new BlockList()
  for (const subnet of subnets) {
    const [net = '', bits = ''] = subnet.split('/')
    list.addSubnet(net, Number(bits), net.includes(':') ? 'ipv6' : 'ipv4')
  }
  return [kind as AddressKind, list] as const
})

/** IPv4 addresses written as `::ffff:a.b.c.d` count as what they are inside. */
export function kindOfAddress(address: string): AddressKind {
  const family = isIP(address)
  if (family === 0) return 'reserved'
  const found = lists.find(([, list]) => list.check(address, family === 6 ? 'ipv6' : 'ipv4'))
  return found?.[0] ?? 'public'
}
