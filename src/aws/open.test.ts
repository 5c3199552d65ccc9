import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { HoldfastError } from '../core/errors.ts'
import type { AwsContext, AwsService, AwsSettings } from './context.ts'
import { openAws } from './open.ts'

const keys = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret-of-the-test' }
const services: AwsService[] = ['ecr', 's3', 'sts', 'kms']
const identityXml =
  '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>' +
  '<Arn>arn:aws:iam::111122223333:user/demo</Arn><UserId>U</UserId><Account>111122223333</Account>' +
  '</GetCallerIdentityResult></GetCallerIdentityResponse>'
const errorXml = (code: string) =>
  `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>no https://x/?X-Amz-Signature=s</Message></Error></ErrorResponse>`

let folder: string
const cleanUp: (() => unknown)[] = []
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-aws-'))
  // The machine's own settings must not reach the tests, nor the metadata service be looked for.
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) vi.stubEnv(name, undefined)
  vi.stubEnv('AWS_CONFIG_FILE', join(folder, 'config'))
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(folder, 'credentials'))
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true')
})
afterEach(async () => {
  for (const close of cleanUp.splice(0).reverse()) await close()
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true })
})

type Handler = (request: { body: string; incoming: IncomingMessage }, response: ServerResponse) => unknown

async function serve(handler: Handler): Promise<{ endpoint: string; bodies: string[] }> {
  const bodies: string[] = []
  const server = createServer(async (incoming, response) => {
    const body = await text(incoming)
    bodies.push(body)
    handler({ body, incoming }, response)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  cleanUp.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, bodies }
}

async function open(settings: AwsSettings, env: NodeJS.ProcessEnv = {}): Promise<AwsContext> {
  const aws = await openAws(settings, { env: { ...process.env, ...env } })
  cleanUp.push(() => aws.close())
  return aws
}

async function failure(work: Promise<unknown>): Promise<HoldfastError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (error instanceof HoldfastError) return error
  throw error ?? new Error('it went well')
}

test.each([
  [{ region: 'eu-west-1' }, { AWS_REGION: 'us-east-1' }, 'eu-west-1'],
  [{}, { AWS_REGION: 'us-east-1', AWS_DEFAULT_REGION: 'us-east-2' }, 'us-east-1'],
  [{}, { AWS_DEFAULT_REGION: 'us-east-2' }, 'us-east-2'],
  [{}, {}, 'ap-south-1'],
  [{ profile: 'work' }, {}, 'eu-north-1'],
  [{}, { AWS_PROFILE: 'work' }, 'eu-north-1'],
])('the Region of %j with %j is %s', async (settings, env, region) => {
  const config = '[default]\nregion = ap-south-1\n[profile work]\nregion=eu-north-1\n'
  await writeFile(join(folder, 'config'), config)
  expect((await open(settings, env)).region).toBe(region)
})

test.each([[{}], [{ region: 'nowhere' }], [{ region: 'eu-west-1.evil.example.com/' }]])(
  'without a usable Region (%j) nothing begins',
  async (settings) => {
    expect((await failure(openAws(settings, { env: { ...process.env } }))).code).toBe('region-missing')
  },
)

test('endpoints: flag, service variable, general variable, services section, profile', async () => {
  const config = [
    '[profile work]',
    'region = eu-west-1',
    'endpoint_url = http://profile.example',
    'services = local',
    '[services local]',
    'kms =',
    '  endpoint_url = http://kms.example',
  ]
  await writeFile(join(folder, 'config'), config.join('\n'))
  const of = async (settings: AwsSettings, env: NodeJS.ProcessEnv) => {
    const aws = await open({ profile: 'work', ...settings }, env)
    return services.map((service) => aws.endpointOf(service))
  }
  const [profile, kms, all, s3] = [
    'http://profile.example',
    'http://kms.example',
    'http://all.example',
    'http://s3.example',
  ]
  expect(await of({}, {})).toEqual([profile, profile, profile, kms])
  expect(await of({}, { AWS_ENDPOINT_URL_S3: s3 })).toEqual([profile, s3, profile, kms])
  expect(await of({}, { AWS_ENDPOINT_URL: all, AWS_ENDPOINT_URL_S3: s3 })).toEqual([all, s3, all, all])
  expect(await of({ endpoint: 'http://flag.example' }, { AWS_ENDPOINT_URL: all })).toEqual(
    services.map(() => 'http://flag.example'),
  )
  expect(await of({}, { AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' })).toEqual(services.map(() => undefined))
})

test('the registry endpoint comes from the settings, else from the environment', async () => {
  const env = { HOLDFAST_REGISTRY_ENDPOINT: 'http://127.0.0.1:5000' }
  expect((await open({ region: 'eu-west-1' }, env)).registryEndpoint).toBe('http://127.0.0.1:5000')
  const named = await open({ region: 'eu-west-1', registryEndpoint: 'http://127.0.0.1:6000' }, env)
  expect(named.registryEndpoint).toBe('http://127.0.0.1:6000')
  expect((await open({ region: 'eu-west-1' })).registryEndpoint).toBeUndefined()
})

test('who one is, asked once, simulated as the answer says, retries counted', async () => {
  let count = 0
  const { endpoint } = await serve((_request, response) => {
    if (++count === 1) response.writeHead(500).end(errorXml('InternalFailure'))
    else response.setHeader('x-holdfast-simulated', 'true').end(identityXml)
  })
  const aws = await open({ region: 'eu-west-1', endpoint, credentials: keys })
  const expected = { account: '111122223333', arn: 'arn:aws:iam::111122223333:user/demo', simulated: true }
  expect(await Promise.all([aws.identity(), aws.identity()])).toEqual([expected, expected])
  expect(aws.requests()).toEqual({ 'sts:GetCallerIdentity': 2 })
})

test('a role is assumed at the custom endpoint, once for all clients', async () => {
  const { endpoint, bodies } = await serve(({ body }, response) => {
    if (!body.includes('Action=AssumeRole')) return response.end(identityXml)
    return response.end(
      '<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>' +
        '<AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>' +
        '<Expiration>2999-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>',
    )
  })
  const role = { roleArn: 'arn:aws:iam::111122223333:role/reader', externalId: 'outside' }
  const aws = await open({ region: 'eu-west-1', credentials: keys, ...role }, { AWS_ENDPOINT_URL: endpoint })
  await aws.identity()
  expect((await aws.credentials()).accessKeyId).toBe('ASIAROLE')
  expect(bodies.map((body) => /Action=(\w+)/.exec(body)?.[1])).toEqual(['AssumeRole', 'GetCallerIdentity'])
  expect(bodies[0]).toContain('ExternalId=outside')
})

test.each([
  ['AccessDenied', 403, 'access-denied'],
  ['ExpiredToken', 403, 'credentials-expired'],
  ['InvalidClientTokenId', 403, 'credentials-missing'],
  ['ValidationError', 400, 'aws-request-failed'],
])('%s becomes %s %s', async (code, status, expected) => {
  const { endpoint } = await serve((_request, response) => response.writeHead(status).end(errorXml(code)))
  const aws = await open({ region: 'eu-west-1', endpoint, credentials: keys })
  const error = await failure(aws.identity())
  expect(error.code).toBe(expected)
  expect(`${error.message} ${error.why} ${error.next}`).not.toContain('Signature=s')
  if (expected === 'access-denied') expect(error.message).toContain('sts:GetCallerIdentity')
})

test('no credentials anywhere: said at once, with what was tried', async () => {
  const aws = await open({ region: 'eu-west-1', endpoint: 'http://127.0.0.1:1' })
  const error = await failure(aws.identity())
  expect([error.code, error.exitCode]).toEqual(['credentials-missing', 7])
  expect(error.why).toMatch(/environment, the profile, SSO/)
})

test('an endpoint that nobody listens at', async () => {
  const aws = await open({ region: 'eu-west-1', endpoint: 'http://127.0.0.1:1', credentials: keys })
  expect((await failure(aws.identity())).code).toBe('endpoint-unreachable')
})
