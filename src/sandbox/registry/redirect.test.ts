import { ECRClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { digestOf } from '../../core/digest.ts'
import type { Sandbox } from '../sandbox.ts'
import { startSandbox } from '../start.ts'

let sandbox: Sandbox
let authorization: string
beforeAll(async () => {
  sandbox = await startSandbox({ seed: 'demo' })
  authorization = `Basic ${await tokenOf('eu-west-1')}`
})
afterAll(() => sandbox.close())

async function tokenOf(region: string, account = 0): Promise<string> {
  const { accessKeyId = '', secretAccessKey = '' } = sandbox.accounts[account] ?? {}
  const credentials = { accessKeyId, secretAccessKey }
  const client = new ECRClient({ region, endpoint: sandbox.awsEndpoint, credentials })
  const { authorizationData = [] } = await client.send(new GetAuthorizationTokenCommand({}))
  client.destroy()
  return authorizationData[0]?.authorizationToken ?? ''
}

function get(path: string, headers: Record<string, string> = { authorization }): Promise<Response> {
  return fetch(sandbox.registryEndpoint + path, { headers, redirect: 'manual' })
}

interface Manifest {
  config: { digest: string }
  layers: { digest: string; size: number }[]
}

test('a whole image: token, manifest, redirects, bytes', async () => {
  const manifest = (await (await get('/v2/shop/api/manifests/latest')).json()) as Manifest
  for (const { digest } of [manifest.config, ...manifest.layers]) {
    const redirect = await get(`/v2/shop/api/blobs/${digest}`)
    expect(redirect.status).toBe(307)
    const location = redirect.headers.get('location') ?? ''
    expect(new URL(location).origin).toBe(sandbox.awsEndpoint)
    const bytes = Buffer.from(await (await fetch(location)).arrayBuffer())
    expect(digestOf(bytes)).toBe(digest)
  }
})

test('the other origin refuses whoever sends the token along', async () => {
  const manifest = (await (await get('/v2/shop/api/manifests/latest')).json()) as Manifest
  const redirect = await get(`/v2/shop/api/blobs/${manifest.config.digest}`)
  const response = await fetch(redirect.headers.get('location') ?? '', { headers: { authorization } })
  expect(response.status).toBe(400)
  expect(await response.text()).toContain('InvalidArgument')
})

test('each token opens its own registry', async () => {
  const abroad = { authorization: `Basic ${await tokenOf('us-east-1')}` }
  expect((await get('/v2/edge/cache/manifests/1.1.0', abroad)).status).toBe(200)
  expect((await get('/v2/shop/api/manifests/latest', abroad)).status).toBe(404)
  const partner = { authorization: `Basic ${await tokenOf('eu-west-1', 1)}` }
  expect((await get('/v2/partner/agent/manifests/4.2.0', partner)).status).toBe(200)
})

test('no token, no registry', async () => {
  const response = await get('/v2/', {})
  expect(response.status).toBe(401)
  expect(await response.text()).toBe('Not Authorized\n')
})
