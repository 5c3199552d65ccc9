import { expect, test } from 'vitest'
import { canonicalQuery, sha256Hex } from './canonical.ts'
import { hmac, scopeText, signingKey, signRequest } from './sign.ts'

/** The key pair, requests and signatures that AWS publishes as examples of Signature Version 4. */
const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'
const scope = { day: '20130524', region: 'us-east-1', service: 's3' }
const date = '20130524T000000Z'
const host = ['host', 'examplebucket.s3.amazonaws.com'] as const
const key = signingKey(secret, scope)

test('S3: a GET of a range', () => {
  const payloadHash = sha256Hex('')
  const parts = {
    method: 'GET',
    path: '/test.txt',
    query: '',
    headers: [host, ['range', 'bytes=0-9'], ['x-amz-content-sha256', payloadHash], ['x-amz-date', date]],
    payloadHash,
  } as const
  expect(signRequest(key, scope, date, parts)).toBe(
    'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  )
})

test('S3: a presigned GET', () => {
  const query = canonicalQuery([
    ['X-Amz-Algorithm', 'AWS4-HMAC-SHA256'],
    ['X-Amz-Credential', `AKIAIOSFODNN7EXAMPLE/${scopeText(scope)}`],
    ['X-Amz-Date', date],
    ['X-Amz-Expires', '86400'],
    ['X-Amz-SignedHeaders', 'host'],
  ])
  const parts = { method: 'GET', path: '/test.txt', query, headers: [host], payloadHash: 'UNSIGNED-PAYLOAD' }
  expect(signRequest(key, scope, date, parts)).toBe(
    'aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
  )
})

test('S3: a body in signed chunks', () => {
  const payloadHash = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD'
  const parts = {
    method: 'PUT',
    path: '/examplebucket/chunkObject.txt',
    query: '',
    headers: [
      ['content-encoding', 'aws-chunked'],
      ['content-length', '66824'],
      ['host', 's3.amazonaws.com'],
      ['x-amz-content-sha256', payloadHash],
      ['x-amz-date', date],
      ['x-amz-decoded-content-length', '66560'],
      ['x-amz-storage-class', 'REDUCED_REDUNDANCY'],
    ],
    payloadHash,
  } as const
  let signature = signRequest(key, scope, date, parts)
  expect(signature).toBe('4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9')
  for (const [size, expected] of [
    [65_536, 'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648'],
    [1024, '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497'],
    [0, 'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9'],
  ] as const) {
    const lines = ['AWS4-HMAC-SHA256-PAYLOAD', date, scopeText(scope), signature, sha256Hex('')]
    signature = hmac(key, [...lines, sha256Hex('a'.repeat(size))].join('\n')).toString('hex')
    expect(signature).toBe(expected)
  }
})

test('a service other than S3', () => {
  const iam = { day: '20150830', region: 'us-east-1', service: 'iam' }
  const parts = {
    method: 'GET',
    path: '/',
    query: canonicalQuery([
      ['Action', 'ListUsers'],
      ['Version', '2010-05-08'],
    ]),
    headers: [
      ['content-type', 'application/x-www-form-urlencoded; charset=utf-8'],
      ['host', 'iam.amazonaws.com'],
      ['x-amz-date', '20150830T123600Z'],
    ],
    payloadHash: sha256Hex(''),
  } as const
  const example = signingKey('wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY', iam)
  expect(signRequest(example, iam, '20150830T123600Z', parts)).toBe(
    '5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7',
  )
})
