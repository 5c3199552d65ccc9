import { createHash } from 'node:crypto'
import * as ecr from '@aws-sdk/client-ecr'
import { ECRClient } from '@aws-sdk/client-ecr'
import { expect, test } from 'vitest'
import type { Permissions } from '../../../test/support/restricted.ts'
import { type Door, guarded } from './door.fixture.ts'

const arn = (name: string) => `arn:aws:ecr:eu-west-1:111122223333:repository/${name}`
// biome-ignore lint/suspicious/noExplicitAny: what the registry answers is looked into freely
const jsonOf = (answer: Response): Promise<any> => answer.json()
const digestOf = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`
const config = '{}'
const manifest = JSON.stringify({
  schemaVersion: 2,
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: digestOf(config), size: 2 },
  layers: [],
})
const type = { 'content-type': 'application/vnd.oci.image.manifest.v1+json' }

interface Ask {
  method?: string
  headers?: Record<string, string>
  body?: string
}

/** The registry as somebody with these permissions sees it, beside the token that everybody here may have. */
async function registryAs(door: Door, actions: string[], Resource = '*') {
  const token = { Effect: 'Allow', Action: 'ecr:GetAuthorizationToken', Resource: '*' }
  const policy: Permissions = { Statement: [token, { Effect: 'Allow', Action: actions, Resource }] }
  const client = await door.as(policy, ECRClient)
  const { authorizationData } = await client.send(new ecr.GetAuthorizationTokenCommand({}))
  const authorization = `Basic ${authorizationData?.[0]?.authorizationToken}`
  return (path: string, { headers = {}, ...rest }: Ask = {}) => {
    const url = path.startsWith('http') ? path : `${door.registryEndpoint}/v2/${path}`
    return fetch(url, { redirect: 'manual', headers: { authorization, ...headers }, ...rest })
  }
}

/** Upload of the config, then of the manifest: where it ends, and with what. */
async function push(ask: Awaited<ReturnType<typeof registryAs>>, repository: string): Promise<string> {
  const steps = ['start', 'blob', 'manifest'] as const
  let location = ''
  for (const step of steps) {
    const answer = await {
      start: () => ask(`${repository}/blobs/uploads/`, { method: 'POST' }),
      blob: () => ask(`${location}?digest=${digestOf(config)}`, { method: 'PUT', body: config }),
      manifest: () => ask(`${repository}/manifests/v9`, { method: 'PUT', body: manifest, headers: type }),
    }[step]()
    if (!answer.ok) return `${step} ${answer.status} ${(await jsonOf(answer)).errors[0].code}`
    location = answer.headers.get('location') ?? ''
  }
  return 'success'
}

const pushing = ['ecr:InitiateLayerUpload', 'ecr:UploadLayerPart', 'ecr:CompleteLayerUpload', 'ecr:PutImage']

test('a push needs four actions, and stops where one is missing', async () => {
  const door = await guarded({ seed: 'demo' })
  const outcome = async (actions: string[], resource?: string) =>
    push(await registryAs(door, actions, resource), 'sandbox/empty')
  const [initiate = '', part = '', complete = '', put = ''] = pushing
  expect(await outcome([part, complete, put])).toBe('start 403 DENIED')
  expect(await outcome([initiate, complete, put])).toBe('blob 403 DENIED')
  expect(await outcome([initiate, part, put])).toBe('blob 403 DENIED')
  expect(await outcome([initiate, part, complete])).toBe('manifest 403 DENIED')
  expect(await outcome(pushing, arn('shop/*'))).toBe('start 403 DENIED')
  expect(await outcome(pushing, arn('sandbox/*'))).toBe('success')
})

test('a pull needs two, a list and a delete one each', async () => {
  const door = await guarded({ seed: 'demo' })
  const { imageDetails } = await door
    .ecr()
    .send(new ecr.DescribeImagesCommand({ repositoryName: 'shop/api', imageIds: [{ imageTag: 'latest' }] }))
  const digest = imageDetails?.[0]?.imageDigest ?? ''
  const reader = await registryAs(door, ['ecr:BatchGetImage'], arn('shop/*'))
  const answer = await reader('shop/api/manifests/latest')
  expect(answer.status).toBe(200)
  const blob = `shop/api/blobs/${(await jsonOf(answer)).config.digest}`
  const table: [string, string, string, number][] = [
    ['ecr:BatchGetImage', 'HEAD', 'shop/api/manifests/latest', 200],
    ['ecr:BatchGetImage', 'GET', `shop/api/referrers/${digest}`, 200],
    ['ecr:GetDownloadUrlForLayer', 'GET', blob, 307],
    ['ecr:BatchCheckLayerAvailability', 'HEAD', blob, 200],
    ['ecr:ListImages', 'GET', 'shop/api/tags/list', 200],
    ['ecr:DescribeRepositories', 'GET', '_catalog', 200],
    ['ecr:BatchDeleteImage', 'DELETE', 'shop/api/manifests/1.2.0', 202],
  ]
  const nobody = await registryAs(door, ['ecr:GetAuthorizationToken'])
  for (const [action, method, path, status] of table) {
    expect([path, (await nobody(path, { method })).status]).toEqual([path, 403])
    const somebody = await registryAs(door, [action])
    expect([path, (await somebody(path, { method })).status]).toEqual([path, status])
  }
  expect((await nobody('')).status).toBe(200)
})

test('the refusal is the sentence of IAM in the words of the registry', async () => {
  const door = await guarded({ seed: 'demo' })
  const nobody = await registryAs(door, ['ecr:GetAuthorizationToken'])
  const answer = await nobody('shop/api/tags/list')
  expect(await jsonOf(answer)).toEqual({
    errors: [
      {
        code: 'DENIED',
        message: expect.stringMatching(
          /^User: \S+ is not authorized to perform: ecr:ListImages on resource: \S+repository\/shop\/api because no identity-based policy allows the ecr:ListImages action$/,
        ),
      },
    ],
  })
})

test('without the token there is nothing; a repository policy cannot give it', async () => {
  const door = await guarded({ seed: 'demo' })
  const token = new ecr.GetAuthorizationTokenCommand({})
  expect(await door.asked(pushing, ECRClient, token)).toBe('400 AccessDeniedException')
})

test('what may not be downloaded may not be mounted: it is sent instead', async () => {
  const door = await guarded({ seed: 'demo' })
  await door.ecr().send(new ecr.PutAccountSettingCommand({ name: 'BLOB_MOUNTING', value: 'ENABLED' }))
  await door.ecr().send(new ecr.CreateRepositoryCommand({ repositoryName: 'shop/copy' }))
  const reader = await registryAs(door, ['ecr:BatchGetImage'])
  const { config: wanted } = await jsonOf(await reader('shop/api/manifests/latest'))
  const mount = async (actions: string[]) => {
    const ask = await registryAs(door, actions)
    const path = `shop/copy/blobs/uploads/?mount=${wanted.digest}&from=shop/api`
    return (await ask(path, { method: 'POST' })).status
  }
  expect(await mount(['ecr:InitiateLayerUpload'])).toBe(202)
  expect(await mount(['ecr:InitiateLayerUpload', 'ecr:GetDownloadUrlForLayer'])).toBe(201)
})
