import fc from 'fast-check'
import { expect, test } from 'vitest'
import { HoldfastError } from '../core/errors.ts'
import { parseStoreUrl } from './url.ts'

test.each([
  ['./vault', { kind: 'folder', path: './vault' }],
  ['/backup/ecr', { kind: 'folder', path: '/backup/ecr' }],
  ['vault', { kind: 'folder', path: 'vault' }],
  ['C:\\vault', { kind: 'folder', path: 'C:\\vault' }],
  ['file:./vault', { kind: 'folder', path: './vault' }],
  ['file:/backup/ecr', { kind: 'folder', path: '/backup/ecr' }],
  ['file:///backup/with%20space', { kind: 'folder', path: '/backup/with space' }],
  ['s3://bucket', { kind: 's3', bucket: 'bucket', prefix: '' }],
  ['s3://bucket/', { kind: 's3', bucket: 'bucket', prefix: '' }],
  ['s3://my.bucket-1/some/prefix/', { kind: 's3', bucket: 'my.bucket-1', prefix: 'some/prefix' }],
  ['s3://bucket/p?region=eu-west-1', { kind: 's3', bucket: 'bucket', prefix: 'p', region: 'eu-west-1' }],
  [
    's3://bucket?endpoint=http://127.0.0.1:9000&region=us-east-1',
    { kind: 's3', bucket: 'bucket', prefix: '', region: 'us-east-1', endpoint: 'http://127.0.0.1:9000' },
  ],
])('%s', (text, expected) => {
  expect(parseStoreUrl(text)).toEqual(expected)
})

test.each([
  '',
  'a\0b',
  's3://',
  's3:bucket',
  's3://B',
  's3://Bucket',
  's3://bucket_x/p',
  's3://user@bucket',
  's3://bucket/../other',
  's3://bucket//p',
  's3://bucket/p p',
  's3://bucket?regoin=x',
  's3://bucket?endpoint=127.0.0.1:9000',
  's3://bucket?endpoint=ftp://host',
  's3://bucket?endpoint=http://me:secret@host',
  'file:',
  'file://host/share',
  'http://bucket/p',
  'oci://127.0.0.1:5000',
  'gs://bucket',
])('%j is refused, with examples', (text) => {
  try {
    parseStoreUrl(text)
    expect.unreachable()
  } catch (error) {
    expect(error).toMatchObject({ code: 'usage', next: expect.stringContaining('s3://bucket/prefix') })
    expect(String(error)).not.toContain('secret')
  }
})

test('whatever is typed: a parsed URL or a usage error', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.string().map((text) => `s3://${text}`),
        fc.webUrl(),
      ),
      (text) => {
        try {
          expect(parseStoreUrl(text).kind).toMatch(/^(folder|s3)$/)
        } catch (error) {
          expect(error).toBeInstanceOf(HoldfastError)
          expect(error).toMatchObject({ code: 'usage' })
        }
      },
    ),
    { numRuns: 2000 },
  )
})
