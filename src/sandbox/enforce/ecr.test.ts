import * as ecr from '@aws-sdk/client-ecr'
import { ECRClient } from '@aws-sdk/client-ecr'
import { expect, test } from 'vitest'
import { failure } from '../client.fixture.ts'
import { guarded } from './door.fixture.ts'

const arn = (name: string) => `arn:aws:ecr:eu-west-1:111122223333:repository/${name}`
const allow = (Action: string | string[], Resource: string | string[] = '*', more: object = {}) => ({
  Statement: [{ Effect: 'Allow', Action, Resource, ...more }],
})
const describe = (...repositoryNames: string[]) =>
  new ecr.DescribeRepositoriesCommand(repositoryNames.length > 0 ? { repositoryNames } : {})
const denied = '400 AccessDeniedException'

test('nobody is restrained until it is switched on, and then by the next request', async () => {
  const door = await guarded({ seed: 'demo', enforceIam: false })
  const client = await door.as(['ecr:ListImages'], ECRClient)
  const list = () => failure(client.send(new ecr.DescribeRepositoriesCommand({})))
  expect(await list()).toBe('success')
  door.enforceIam(true)
  expect(await list()).toBe(denied)
  door.enforceIam(false)
  expect(await list()).toBe('success')
})

test('the keys that are handed out stay those of administrators, in every seed', async () => {
  for (const seed of ['demo', 'clean', 'empty'] as const) {
    const door = await guarded({ seed })
    for (const signer of door.signers) {
      expect(await failure(door.ecr({ signer }).send(new ecr.DescribeRepositoriesCommand({})))).toBe(
        'success',
      )
      const create = new ecr.CreateRepositoryCommand({ repositoryName: 'new/one' })
      expect(await failure(door.ecr({ signer }).send(create))).toBe('success')
    }
  }
})

test.each<[string, string[], string[], object]>([
  ['on the repository', ['shop/api'], ['shop/api'], {}],
  ['on a prefix', ['shop/*'], ['shop/api', 'shop/web'], {}],
  ['on the whole list', ['*'], [], {}],
])('%s: the resource is the repository', async (_, resources, names) => {
  const door = await guarded({ seed: 'demo' })
  const policy = allow('ecr:DescribeRepositories', resources.map(arn))
  expect(await door.asked(policy, ECRClient, describe(...names))).toBe('success')
  expect(
    await door.asked(allow('ecr:DescribeRepositories', arn('other')), ECRClient, describe(...names)),
  ).toBe(denied)
})

test('several repositories: each must be allowed; a Deny on one is enough', async () => {
  const door = await guarded({ seed: 'demo' })
  const command = describe('shop/api', 'shop/web')
  expect(await door.asked(allow('ecr:*', arn('shop/api')), ECRClient, command)).toBe(denied)
  const { Statement } = allow('ecr:*')
  const deny = { Effect: 'Deny', Action: 'ecr:Describe*', Resource: arn('shop/web') }
  expect(await door.asked({ Statement: [...Statement, deny] }, ECRClient, command)).toBe(denied)
})

test('the refusal says who, what, where and why', async () => {
  const door = await guarded({ seed: 'demo' })
  const none = await door.as(['ecr:ListImages'], ECRClient)
  await expect(none.send(describe('shop/api'))).rejects.toThrow(
    /^User: arn:aws:iam::111122223333:user\/restricted-\d+ is not authorized to perform: ecr:DescribeRepositories on resource: arn:aws:ecr:eu-west-1:111122223333:repository\/shop\/api because no identity-based policy allows the ecr:DescribeRepositories action$/,
  )
  const denies = { Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }] }
  const refused = await door.as(denies, ECRClient)
  await expect(refused.send(describe('shop/api'))).rejects.toThrow(
    /with an explicit deny in an identity-based policy$/,
  )
  expect(door.requestLog().at(-1)).toEqual({ service: 'ecr', operation: 'DescribeRepositories', status: 400 })
})

test('of the account itself, a repository policy that names the user is enough, and its Deny wins', async () => {
  const door = await guarded({ seed: 'demo' })
  const client = await door.as(['none:Nothing'], ECRClient)
  const user = door.requestLog().length
  const name = `arn:aws:iam::111122223333:user/${(await whoIs(client)).split('/').at(-1)}`
  expect(user).toBeGreaterThan(0)
  const put = (Statement: object[]) =>
    door.ecr().send(
      new ecr.SetRepositoryPolicyCommand({
        repositoryName: 'shop/api',
        policyText: JSON.stringify({ Version: '2012-10-17', Statement }),
        force: true,
      }),
    )
  const own = { Sid: 'own', Effect: 'Allow', Action: 'ecr:ListImages', Principal: { AWS: name } }
  const list = () => failure(client.send(new ecr.ListImagesCommand({ repositoryName: 'shop/api' })))
  await put([own])
  expect(await list()).toBe('success')
  await put([{ ...own, Principal: { AWS: 'arn:aws:iam::111122223333:root' } }])
  expect(await list()).toBe(denied)
  await put([own, { ...own, Sid: 'deny', Effect: 'Deny', Principal: '*' }])
  await expect(client.send(new ecr.ListImagesCommand({ repositoryName: 'shop/api' }))).rejects.toThrow(
    'with an explicit deny in a resource-based policy',
  )
})

/** The user's name stands in every refusal. */
async function whoIs(client: ECRClient): Promise<string> {
  const text = await client.send(new ecr.DescribeRegistryCommand({})).then(
    () => '',
    (error: Error) => error.message,
  )
  return /^User: (\S+)/.exec(text)?.[1] ?? ''
}

test('across accounts both sides must allow', async () => {
  const door = await guarded({ seed: 'empty' })
  const [, partner] = door.signers
  await door.ecr({ signer: partner }).send(new ecr.CreateRepositoryCommand({ repositoryName: 'lent/app' }))
  const command = new ecr.ListImagesCommand({ repositoryName: 'lent/app', registryId: '444455556666' })
  expect(await door.asked(['ecr:ListImages'], ECRClient, command)).toBe(denied)
  const statement = {
    Sid: 'main',
    Effect: 'Allow',
    Action: 'ecr:ListImages',
    Principal: { AWS: 'arn:aws:iam::111122223333:root' },
  }
  const policyText = JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
  await door
    .ecr({ signer: partner })
    .send(new ecr.SetRepositoryPolicyCommand({ repositoryName: 'lent/app', policyText }))
  expect(await door.asked(['ecr:ListImages'], ECRClient, command)).toBe('success')
  expect(await door.asked(['ecr:DescribeImages'], ECRClient, command)).toBe(denied)
})
