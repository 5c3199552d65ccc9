import * as sdk from '@aws-sdk/client-iam'
import {
  GenerateCredentialReportCommand,
  GetCredentialReportCommand,
  GetUserCommand,
  IAMClient,
  paginateGetAccountAuthorizationDetails,
  paginateListRoles,
} from '@aws-sdk/client-iam'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Client, clientOf, failure, outcome } from '../client.fixture.ts'
import { askerOf } from '../query.fixture.ts'
import type { Sandbox } from '../sandbox.ts'
import { startSandbox } from '../start.ts'
import { complaintsAboutXml, operationsOfSdk } from '../xml-schema.fixture.ts'
import { knownIamOperations } from './known-operations.ts'
import { iamService } from './service.ts'

const main = '111122223333'
let sandbox: Sandbox
let client: Client
let now = new Date('2026-03-01T12:00:00Z')
let asker: ReturnType<typeof askerOf>

beforeAll(async () => {
  sandbox = await startSandbox({ seed: 'demo', now: () => now })
  client = clientOf(sandbox, () => now)
  asker = askerOf(client, 'iam', sdk)
})
afterAll(() => sandbox.close())

const ask = (operation: string, input: Record<string, string> = {}) => asker.ask(operation, input)
const texts = (xml: string, name: string) =>
  [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map((match) => match[1])

function iam(region = 'us-east-1'): IAMClient {
  const credentials = client.signers[0]
  const systemClockOffset = now.getTime() - Date.now()
  return new IAMClient({
    endpoint: sandbox.awsEndpoint,
    region,
    credentials,
    maxAttempts: 1,
    systemClockOffset,
  })
}

test('the names are those of the SDK', () => {
  expect([...knownIamOperations].sort()).toEqual(operationsOfSdk(sdk).sort())
  expect(knownIamOperations).toEqual(expect.arrayContaining(Object.keys(iamService.operations)))
})

test('the schema check sees what is wrong', () => {
  const user =
    '<User><Path>/</Path><UserName>a</UserName><Colour>red</Colour><CreateDate>1</CreateDate></User>'
  const xml = `<GetUserResponse><GetUserResult>${user}</GetUserResult></GetUserResponse>`
  expect(complaintsAboutXml(sdk, 'GetUser', xml)).toEqual([
    'GetUser.User.Colour is not a member',
    'GetUser.User.CreateDate: 1 is not a 4',
    'GetUser.User.UserId is missing',
    'GetUser.User.Arn is missing',
  ])
  const list =
    '<ListUsersResponse><ListUsersResult><Users><item/></Users></ListUsersResult></ListUsersResponse>'
  expect(complaintsAboutXml(sdk, 'ListUsers', list)).toEqual(['ListUsers.Users: item instead of member'])
})

test('every operation answers what the SDK expects', async () => {
  const arn = `arn:aws:iam::${main}:policy/registry-maintainers`
  const pull = '{"Statement":[{"Effect":"Allow","Action":"ecr:BatchGetImage","Resource":"*"}]}'
  const calls: [string, Record<string, string>][] = [
    ['GenerateCredentialReport', {}],
    ['GenerateCredentialReport', {}],
    ['GetCredentialReport', {}],
    ['GetAccessKeyLastUsed', { AccessKeyId: 'AKIAHOLDFASTDEMO0011' }],
    ['GetAccountAuthorizationDetails', {}],
    ['GetAccountSummary', {}],
    ['GetPolicy', { PolicyArn: arn }],
    ['GetPolicyVersion', { PolicyArn: arn, VersionId: 'v1' }],
    ['ListPolicyVersions', { PolicyArn: arn }],
    ['GetRole', { RoleName: 'shop-deploy' }],
    ['GetRolePolicy', { RoleName: 'shop-deploy', PolicyName: 'push-shop-images' }],
    ['GetUserPolicy', { UserName: 'ci-publisher', PolicyName: 'publish-images' }],
    ['ListAttachedUserPolicies', { UserName: 'dora' }],
    ['ListAttachedGroupPolicies', { GroupName: 'developers' }],
    ['PutGroupPolicy', { GroupName: 'developers', PolicyName: 'pull', PolicyDocument: pull }],
    ['GetGroupPolicy', { GroupName: 'developers', PolicyName: 'pull' }],
    ['DeleteGroupPolicy', { GroupName: 'developers', PolicyName: 'pull' }],
    ['GetUser', { UserName: 'alice' }],
    ['ListAccessKeys', { UserName: 'ci-publisher' }],
    ['ListAccountAliases', {}],
    ['ListAttachedRolePolicies', { RoleName: 'admin' }],
    ['ListMFADevices', {}],
    ['ListRoles', {}],
    ['ListUsers', {}],
    ['ListVirtualMFADevices', {}],
  ]
  for (const [operation, input] of calls) expect(await ask(operation, input)).toContain('<')
  const Arn = `arn:aws:iam::${main}:user/ci-publisher`
  const started = await ask('GenerateServiceLastAccessedDetails', { Arn, Granularity: 'ACTION_LEVEL' })
  const JobId = texts(started, 'JobId')[0] ?? ''
  expect(await ask('GetServiceLastAccessedDetails', { JobId })).toContain('IN_PROGRESS')
  const done = await ask('GetServiceLastAccessedDetails', { JobId })
  expect(texts(done, 'ServiceNamespace')).toEqual(['ecr'])
  expect(texts(done, 'ActionName')).toContain('PutImage')
  expect(await ask('GetServiceLastAccessedDetails', { JobId: 'none' })).toBe('404 NoSuchEntity')
  expect(await ask('GenerateServiceLastAccessedDetails', { Arn: `${Arn}x` })).toBe('404 NoSuchEntity')
  // What changes something is in changes.test.ts.
  const reads = Object.keys(iamService.operations).filter((name) => /^(Generate|Get|List)/.test(name))
  expect(reads.filter((name) => !asker.answered.has(name))).toEqual([])
})

describe('all identities at once', () => {
  test('pages of one entity each hold what one page holds', async () => {
    const collect = async (MaxItems: number) => {
      const names: (string | undefined)[] = []
      for await (const page of paginateGetAccountAuthorizationDetails({ client: iam() }, { MaxItems })) {
        names.push(...(page.UserDetailList ?? []).map((each) => each.UserName))
        names.push(...(page.GroupDetailList ?? []).map((each) => each.GroupName))
        names.push(...(page.RoleDetailList ?? []).map((each) => each.RoleName))
        names.push(...(page.Policies ?? []).map((each) => each.PolicyName))
      }
      return names
    }
    const all = await collect(1000)
    expect(await collect(1)).toEqual(all)
    expect(all).toEqual(
      expect.arrayContaining(['demo-admin', 'developers', 'shop-deploy', 'registry-maintainers']),
    )
    expect(new Set(all).size).toBe(all.length)
  })

  test('documents are percent-encoded, and every attached policy is there with its versions', async () => {
    const xml = await ask('GetAccountAuthorizationDetails')
    const documents = [...texts(xml, 'PolicyDocument'), ...texts(xml, 'AssumeRolePolicyDocument')]
    expect(documents.length).toBeGreaterThan(10)
    for (const text of [...documents, ...texts(xml, 'Document')]) {
      expect(text).toMatch(/^%7B[\w.~%-]*%7D$/)
      expect(JSON.parse(decodeURIComponent(text ?? ''))).toMatchObject({ Version: '2012-10-17' })
    }
    const listed = texts(xml, 'Arn').filter((arn) => arn?.includes(':policy/'))
    expect(listed).toEqual(expect.arrayContaining(texts(xml, 'PolicyArn')))
    expect(texts(xml, 'VersionId').sort()).toEqual(expect.arrayContaining(['v1', 'v2', 'v3']))
  })

  test('filters', async () => {
    const filtered = await ask('GetAccountAuthorizationDetails', { 'Filter.member.1': 'LocalManagedPolicy' })
    expect(texts(filtered, 'PolicyName').sort()).toEqual(['pipeline-boundary', 'registry-maintainers'])
    expect(texts(filtered, 'UserName')).toEqual([])
    expect(await ask('GetAccountAuthorizationDetails', { 'Filter.member.1': 'Robot' })).toBe(
      '400 ValidationError',
    )
  })
})

test('the credential report: started, under way, done, too old', async () => {
  const start = new Date('2026-05-01T00:00:00Z')
  now = start
  const state = async () => (await iam().send(new GenerateCredentialReportCommand({}))).State
  const get = () => iam().send(new GetCredentialReportCommand({}))
  expect(await failure(get())).toBe('410 CredentialReportExpiredException')
  expect(await state()).toBe('STARTED')
  expect(await failure(get())).toBe('404 CredentialReportNotReadyException')
  expect(await state()).toBe('COMPLETE')
  const { Content, ReportFormat, GeneratedTime } = await get()
  expect([ReportFormat, GeneratedTime]).toEqual(['text/csv', start])
  const rows = Buffer.from(Content ?? [])
    .toString()
    .split('\n')
    .map((line) => line.split(','))
  expect(new Set(rows.map((row) => row.length))).toEqual(new Set([22]))
  expect(rows.map(([user]) => user)).toEqual([
    'user',
    '<root_account>',
    'alice',
    'bob',
    'ci-publisher',
    'demo-admin',
    'dora',
    'erin',
  ])
  const row = (name: string) => {
    const cells = rows.find(([user]) => user === name) ?? []
    return Object.fromEntries((rows[0] ?? []).map((column, at) => [column, cells[at]]))
  }
  expect(row('<root_account>')).toMatchObject({ password_enabled: 'not_supported', mfa_active: 'false' })
  expect(row('bob')).toMatchObject({
    password_enabled: 'true',
    mfa_active: 'false',
    access_key_1_active: 'false',
  })
  expect(row('ci-publisher')).toMatchObject({
    password_enabled: 'false',
    password_last_changed: 'N/A',
    access_key_1_active: 'true',
    access_key_1_last_rotated: expect.stringMatching(/^2024-.*\+00:00$/),
    access_key_1_last_used_service: 'ecr',
    access_key_2_active: 'false',
    access_key_2_last_used_region: 'eu-west-1',
  })
  expect(row('dora')).toMatchObject({ access_key_1_active: 'true', access_key_1_last_used_date: 'N/A' })
  now = new Date(start.getTime() + 4 * 60 * 60 * 1000)
  expect(await failure(get())).toBe('410 CredentialReportExpiredException')
  expect(await state()).toBe('STARTED')
})

test('whoever can sign is a user, and whatever can be assumed a role', async () => {
  const { User } = await iam('eu-central-1').send(new GetUserCommand({}))
  expect(User).toMatchObject({ UserName: 'demo-admin', UserId: 'AIDAHOLDFASTDEMO0001A' })
  const partner = askerOf(
    { ...client, send: (request) => client.send({ signer: client.signers[1], ...request }) },
    'iam',
    sdk,
  )
  expect(texts(await partner.ask('ListUsers'), 'UserName')).toEqual(['partner-admin'])
  expect(texts(await partner.ask('ListAccessKeys'), 'AccessKeyId')).toEqual(['AKIAHOLDFASTDEMO0002'])
  expect(texts(await partner.ask('GetAccountAuthorizationDetails'), 'RoleName')).toEqual(['holdfast-reader'])
})

test('roles and users by path, in pages', async () => {
  const names: (string | undefined)[] = []
  for await (const { Roles } of paginateListRoles({ client: iam() }, { MaxItems: 2 }))
    names.push(...(Roles ?? []).map(({ RoleName }) => RoleName))
  expect(names).toEqual([...names].sort())
  expect(names).toContain('shop-deploy')
  expect(texts(await ask('ListRoles', { PathPrefix: '/none/' }), 'RoleName')).toEqual([])
})

test('devices: virtual ones with and without a user, and a piece of hardware', async () => {
  const of = async (status: string) =>
    texts(await ask('ListVirtualMFADevices', { AssignmentStatus: status }), 'SerialNumber')
  const mfa = (name: string) => `arn:aws:iam::${main}:mfa/${name}`
  expect(await of('Assigned')).toEqual([mfa('alice'), mfa('demo-admin')])
  expect(await of('Unassigned')).toEqual([mfa('dora-old-phone')])
  expect(texts(await ask('ListMFADevices', { UserName: 'erin' }), 'SerialNumber')).toEqual(['GAHT00001234'])
  expect(texts(await ask('ListMFADevices', { UserName: 'bob' }), 'SerialNumber')).toEqual([])
})

test('a key that was never used, and one that is nobody’s', async () => {
  const unused = await ask('GetAccessKeyLastUsed', { AccessKeyId: 'AKIAHOLDFASTDEMO0012' })
  expect(texts(unused, 'ServiceName')).toEqual(['N/A'])
  expect(texts(unused, 'LastUsedDate')).toEqual([])
  expect(await ask('GetAccessKeyLastUsed', { AccessKeyId: 'AKIANOBODY' })).toBe('403 AccessDenied')
})

test.each<[string, Record<string, string>, string]>([
  ['GetUser', { UserName: 'nobody' }, '404 NoSuchEntity'],
  ['GetRole', { RoleName: 'nobody' }, '404 NoSuchEntity'],
  ['GetRole', {}, '400 ValidationError'],
  ['GetRolePolicy', { RoleName: 'admin', PolicyName: 'none' }, '404 NoSuchEntity'],
  ['GetRolePolicy', { RoleName: 'admin', PolicyName: '__proto__' }, '404 NoSuchEntity'],
  ['GetUserPolicy', { UserName: 'dora', PolicyName: 'none' }, '404 NoSuchEntity'],
  ['GetGroupPolicy', { GroupName: 'none', PolicyName: 'none' }, '404 NoSuchEntity'],
  ['ListAttachedGroupPolicies', { GroupName: 'none' }, '404 NoSuchEntity'],
  ['GetPolicy', { PolicyArn: 'arn:aws:iam::aws:policy/None' }, '404 NoSuchEntity'],
  ['GetPolicy', { PolicyArn: 'not an arn' }, '400 InvalidInput'],
  [
    'GetPolicyVersion',
    { PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess', VersionId: 'v9' },
    '404 NoSuchEntity',
  ],
  ['ListUsers', { MaxItems: '0' }, '400 ValidationError'],
  ['ListUsers', { MaxItems: '1001' }, '400 ValidationError'],
  ['ListUsers', { Marker: 'made.up' }, '400 ValidationError'],
  ['SimulatePrincipalPolicy', {}, '501 NotImplementedInSandbox'],
  ['CreateGroup', { GroupName: 'new' }, '501 NotImplementedInSandbox'],
  ['MakeCoffee', {}, '400 InvalidAction'],
])('%s %j: %s', async (operation, input, expected) => {
  expect(await ask(operation, input)).toBe(expected)
})

test('a marker is good for its own list only', async () => {
  const [marker = ''] = texts(await ask('ListUsers', { MaxItems: '1' }), 'Marker')
  expect(texts(await ask('ListUsers', { MaxItems: '1', Marker: marker }), 'UserName')).toEqual(['bob'])
  expect(await ask('ListRoles', { Marker: marker })).toBe('400 ValidationError')
})

test('who is denied one operation is told so by name, and may do the others', async () => {
  sandbox.addFault({ service: 'iam', operation: 'GetAccountAuthorizationDetails', kind: 'denied' })
  expect(await ask('GetAccountAuthorizationDetails')).toBe('403 AccessDenied')
  expect(await ask('ListUsers')).toContain('demo-admin')
  sandbox.clearFaults()
})

test('a wrong signature, and one for another service', async () => {
  const signer = { ...client.signers[0], secretAccessKey: 'wrong' }
  const wrong = await asker.send('ListUsers', {}, { signer })
  expect(await outcome(wrong)).toBe('403 SignatureDoesNotMatch')
  expect(await outcome(await asker.send('ListUsers', {}, { service: 'sns' }))).toBe('400 InvalidAction')
})
