import { expect, test } from 'vitest'
import { HoldfastError } from '../../core/errors.ts'
import { s3Error } from './errors.ts'

function failure(name: string, status?: number, extra: object = {}): Error {
  const $metadata = status === undefined ? {} : { httpStatusCode: status }
  return Object.assign(new Error(`the words of ${name}`), { name, $metadata, ...extra })
}

const question = { operation: 'PutObject', subject: 's3://bucket/key' }

test.each([
  ['AccessDenied', 403, 'access-denied', 's3:PutObject'],
  ['403', 403, 'access-denied', 's3:PutObject'],
  ['ExpiredToken', 400, 'credentials-expired', 'Log in again'],
  ['CredentialsProviderError', undefined, 'credentials-missing', 'Log in'],
  ['InvalidAccessKeyId', 403, 'credentials-missing', 'keys'],
  ['SignatureDoesNotMatch', 403, 'credentials-missing', 'clock'],
  ['NoSuchBucket', 404, 'store-request-failed', 'Create the bucket'],
  ['PermanentRedirect', 301, 'store-request-failed', 'region=REGION'],
  ['AuthorizationHeaderMalformed', 400, 'store-request-failed', 'region=REGION'],
  ['NotImplemented', 501, 'store-unsupported', 'another'],
  ['SlowDown', 503, 'store-request-failed', 'again'],
  ['InternalError', 500, 'store-request-failed', 'again'],
  ['AbortError', undefined, 'interrupted', 'again'],
  ['TimeoutError', undefined, 'endpoint-unreachable', 'network'],
])('%s (%s) is %s', (name, status, code, next) => {
  const error = s3Error(failure(name, status), question)
  expect(error).toMatchObject({ code, next: expect.stringContaining(next) })
})

test.each(['ECONNREFUSED', 'ENOTFOUND', 'ECONNRESET', 'DEPTH_ZERO_SELF_SIGNED_CERT'])(
  '%s is endpoint-unreachable',
  (code) => {
    expect(s3Error(failure('Error', undefined, { code }), question).code).toBe('endpoint-unreachable')
    expect(s3Error(new AggregateError([failure('Error', undefined, { code })]), question).code).toBe(
      'endpoint-unreachable',
    )
  },
)

test('the object is named, and what a URL carries behind its question mark is not', () => {
  const cause = failure('Odd', 400)
  cause.message = 'failed at https://bucket.s3.amazonaws.com/key?X-Amz-Signature=secret&X-Amz-Credential=x'
  const error = s3Error(cause, question)
  expect(error.message).toContain('s3://bucket/key')
  expect(`${error.message} ${error.why} ${error.next}`).not.toContain('secret')
})

test('an error of ours stays as it is', () => {
  const ours = new HoldfastError('disk-full', { what: 'x', next: 'y' })
  expect(s3Error(ours, question)).toBe(ours)
})
