import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readTrailEvent } from './trail-event.ts'

const account = '111122223333'
const user = { type: 'IAMUser', arn: `arn:aws:iam::${account}:user/ann`, userName: 'ann' }
const session = {
  type: 'AssumedRole',
  arn: `arn:aws:sts::${account}:assumed-role/deploy/run-1`,
  sessionContext: { sessionIssuer: { arn: `arn:aws:iam::${account}:role/ci/deploy` } },
}
const event = (more: object) => ({
  ...{ eventSource: 'ecr.amazonaws.com', eventName: 'PutImage', eventTime: '2026-01-02T03:04:05Z' },
  ...{ awsRegion: 'eu-west-1', eventType: 'AwsApiCall', recipientAccountId: account, userIdentity: user },
  requestParameters: { repositoryName: 'shop/api' },
  ...more,
})

test('what is needed of an event', () => {
  expect(readTrailEvent(event({}))).toEqual({
    ...{ at: '2026-01-02T03:04:05.000Z', names: ['PutImage'], region: 'eu-west-1', by: user.arn },
    ...{ account, repositories: ['shop/api'], denied: false },
  })
})

test.each<[string, object, object]>([
  ['a session is of its role', { userIdentity: session }, { by: `arn:aws:iam::${account}:role/ci/deploy` }],
  [
    'a session without its issuer',
    { userIdentity: { arn: session.arn } },
    { by: `arn:aws:iam::${account}:role/deploy` },
  ],
  ['denied', { errorCode: 'AccessDenied', requestParameters: null }, { denied: true, repositories: [] }],
  ['denied, by its longer name', { errorCode: 'AccessDeniedException' }, { denied: true }],
  ['another error comes after the permission', { errorCode: 'ImageNotFoundException' }, { denied: false }],
  [
    'of another registry',
    { requestParameters: { registryId: '444455556666', repositoryName: 'x' } },
    { account: '444455556666' },
  ],
  [
    'several repositories',
    { requestParameters: { repositoryNames: ['a/b', 'c'] } },
    { repositories: ['a/b', 'c'] },
  ],
  [
    'by the ARN of tags',
    { requestParameters: { resourceArn: `arn:aws:ecr:eu-west-1:${account}:repository/a/b` } },
    { repositories: ['a/b'] },
  ],
  [
    'by its resources',
    { requestParameters: null, resources: [{ ARN: `arn:aws:ecr:eu-west-1:${account}:repository/a` }] },
    { repositories: ['a'] },
  ],
  [
    'a new repository with tags',
    { eventName: 'CreateRepository', requestParameters: { repositoryName: 'x', tags: [{ key: 'a' }] } },
    { names: ['CreateRepository', 'TagResource'] },
  ],
  // A star in an event is never a star in a policy.
  ['a name that is none', { requestParameters: { repositoryName: '*' } }, { repositories: [] }],
  [
    'a name that is none, among others',
    { requestParameters: { repositoryNames: ['a', 'b/*', 'C'] } },
    { repositories: ['a'] },
  ],
  [
    'as Athena exports it',
    {
      userIdentity: `{type=AssumedRole, arn=${session.arn}, sessioncontext={sessionissuer={type=Role, arn=arn:aws:iam::${account}:role/ci/deploy, username=deploy}}}`,
      requestParameters: '{"repositoryName":"shop/api","registryId":"111122223333"}',
    },
    { by: `arn:aws:iam::${account}:role/ci/deploy`, repositories: ['shop/api'] },
  ],
])('%s', (_name, more, expected) => expect(readTrailEvent(event(more))).toMatchObject(expected))

test.each<[string, unknown]>([
  ['another service', event({ eventSource: 's3.amazonaws.com' })],
  ['a lifecycle policy at work', event({ eventType: 'AwsServiceEvent', eventName: 'PolicyExecutionEvent' })],
  ['a service that calls', event({ userIdentity: { type: 'AWSService', invokedBy: 'x.amazonaws.com' } })],
  ['no time', event({ eventTime: 'yesterday' })],
  ['a name that is no operation', event({ eventName: 'Put*' })],
  ['no event', 'text'],
])('left out: %s', (_name, found) => expect(readTrailEvent(found)).toBeUndefined())

test('property: never throws, and no name that comes out holds a wildcard', () => {
  const anything = fc.anything()
  fc.assert(
    fc.property(anything, anything, anything, (userIdentity, requestParameters, resources) => {
      const found = readTrailEvent(event({ userIdentity, requestParameters, resources }))
      expect(found?.repositories.join() ?? '').not.toMatch(/[*?$]/)
    }),
  )
})
