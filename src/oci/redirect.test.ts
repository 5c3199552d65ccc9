import fc from 'fast-check'
import { expect, test } from 'vitest'
import { kindOfAddress } from './addresses.ts'
import { parseChallenge } from './challenge.ts'
import { givenUrl } from './redirect.ts'

test.each([
  ['https://r.example.com/a', '/v2/x', 'https://r.example.com/v2/x'],
  ['https://r.example.com/a/b', 'c?d=e#f', 'https://r.example.com/a/c?d=e'],
  ['http://127.0.0.1:5000/', 'https://s3.example.com/x', 'https://s3.example.com/x'],
])('%s gives %s', (from, location, expected) => {
  expect(givenUrl(new URL(from), location).href).toBe(expected)
})

test('https never leads to http', () => {
  expect(() => givenUrl(new URL('https://r.example.com'), 'http://r.example.com/')).toThrow(/redirect/)
})

test.each([
  ['8.8.8.8', 'public'],
  ['2606:4700::1', 'public'],
  ['127.0.0.1', 'loopback'],
  ['127.255.1.2', 'loopback'],
  ['::1', 'loopback'],
  ['::ffff:127.0.0.1', 'loopback'],
  ['::ffff:7f00:1', 'loopback'],
  ['10.1.2.3', 'private'],
  ['172.31.255.255', 'private'],
  ['172.32.0.0', 'public'],
  ['192.168.0.1', 'private'],
  ['100.64.0.1', 'private'],
  ['fd12::1', 'private'],
  ['169.254.169.254', 'link-local'],
  ['::ffff:a9fe:a9fe', 'link-local'],
  ['fe80::1', 'link-local'],
  ['fd00:ec2::254', 'link-local'],
  ['0.0.0.0', 'reserved'],
  ['::', 'reserved'],
  ['64:ff9b::7f00:1', 'reserved'],
  ['2002:7f00:1::', 'reserved'],
  ['255.255.255.255', 'reserved'],
  ['not an address', 'reserved'],
])('%s is %s', (address, kind) => {
  expect(kindOfAddress(address)).toBe(kind)
})

test.each([
  ['Basic realm="https://1.dkr.ecr.eu-west-1.amazonaws.com/",service="ecr.amazonaws.com"', 'basic'],
  ['Bearer realm="https://a.example/token",service="r",scope="repository:a/b:pull"', 'bearer'],
  ['Basic realm="x", Bearer realm="https://a.example/token"', 'bearer'],
  ['bearer realm=https://a.example/token', 'bearer'],
  ['Negotiate', undefined],
  ['', undefined],
])('the challenge in %s', (header, scheme) => {
  expect(parseChallenge(header)?.scheme).toBe(scheme)
})

test('the members of a challenge', () => {
  const header = 'Bearer realm="https://a.example/token",service="r",scope="repository:a/b:pull,push"'
  expect(parseChallenge(header)).toEqual({
    scheme: 'bearer',
    realm: 'https://a.example/token',
    service: 'r',
    scope: 'repository:a/b:pull,push',
  })
})

test('any header is taken apart quickly or ignored', () => {
  fc.assert(fc.property(fc.string({ maxLength: 2000 }), (text) => parseChallenge(`Bearer ${text}`) !== null))
  const began = process.hrtime.bigint()
  parseChallenge(`Bearer ${' ,a=b'.repeat(20_000)}`)
  parseChallenge(`Bearer ${'a='.repeat(20_000)}`)
  expect(Number(process.hrtime.bigint() - began)).toBeLessThan(2e9)
})
