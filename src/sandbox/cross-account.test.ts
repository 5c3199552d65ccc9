import {
  CreateRepositoryCommand,
  DeleteRepositoryCommand,
  DescribeRepositoriesCommand,
  ListImagesCommand,
  PutRegistryPolicyCommand,
  SetRepositoryPolicyCommand,
} from '@aws-sdk/client-ecr'
import { expect, test } from 'vitest'
import { failure, startClient } from './client.fixture.ts'

const registryId = '111122223333'
const repositoryName = 'team/app'
const partner = 'arn:aws:iam::444455556666:root'

interface Policies {
  repository?: object[]
  registry?: object[]
}

/** A repository of the first account under these policies, and the second account's client. */
async function under({ repository, registry }: Policies) {
  const { ecr, signers } = await startClient()
  const owner = ecr()
  await owner.send(new CreateRepositoryCommand({ repositoryName }))
  const text = (Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement })
  if (repository)
    await owner.send(
      new SetRepositoryPolicyCommand({ repositoryName, policyText: text(repository), force: true }),
    )
  if (registry) await owner.send(new PutRegistryPolicyCommand({ policyText: text(registry) }))
  return ecr({ signer: signers[1] })
}

const statement = (more: object = {}) => ({
  Sid: 'one',
  Effect: 'Allow',
  Principal: { AWS: partner },
  Action: ['ecr:ListImages'],
  ...more,
})
const wide = (resource: string) =>
  statement({ Resource: `arn:aws:ecr:eu-west-1:${registryId}:repository/${resource}` })
const condition = { Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } } }

test.each<[string, string, Policies]>([
  ['400 AccessDeniedException', 'no policy', {}],
  ['success', 'the account', { repository: [statement()] }],
  [
    'success',
    'the account by its number',
    { repository: [statement({ Principal: { AWS: '444455556666' } })] },
  ],
  [
    'success',
    'the user',
    { repository: [statement({ Principal: { AWS: 'arn:aws:iam::444455556666:user/partner-admin' } })] },
  ],
  ['success', 'everybody', { repository: [statement({ Principal: '*' })] }],
  ['success', 'a wildcard in the action', { repository: [statement({ Action: 'ecr:List*' })] }],
  ['400 AccessDeniedException', 'another action', { repository: [statement({ Action: 'ecr:PutImage' })] }],
  [
    '400 AccessDeniedException',
    'another account',
    { repository: [statement({ Principal: { AWS: 'arn:aws:iam::999999999999:root' } })] },
  ],
  [
    '400 AccessDeniedException',
    'a Deny beside',
    { repository: [statement(), statement({ Sid: 'two', Effect: 'Deny' })] },
  ],
  ['400 AccessDeniedException', 'a condition', { repository: [statement(condition)] }],
  [
    '400 AccessDeniedException',
    'a Deny with a condition',
    { repository: [statement(), statement({ Sid: 'two', Effect: 'Deny', ...condition })] },
  ],
  ['success', 'the registry for its prefix', { registry: [wide('team/*')] }],
  ['400 AccessDeniedException', 'the registry for another prefix', { registry: [wide('other/*')] }],
])('%s: %s', async (expected, _, policies) => {
  const client = await under(policies)
  expect(await failure(client.send(new ListImagesCommand({ registryId, repositoryName })))).toBe(expected)
})

test('the refusal names who, what and where', async () => {
  const client = await under({})
  await expect(client.send(new ListImagesCommand({ registryId, repositoryName }))).rejects.toThrow(
    `User: arn:aws:iam::444455556666:user/partner-admin is not authorized to perform: ecr:ListImages on resource: arn:aws:ecr:eu-west-1:${registryId}:repository/${repositoryName}`,
  )
})

test('a list of names needs every one of them; an account that is not there has nothing', async () => {
  const client = await under({ repository: [statement({ Action: 'ecr:DescribeRepositories' })] })
  const describe = (repositoryNames: string[]) =>
    failure(client.send(new DescribeRepositoriesCommand({ registryId, repositoryNames })))
  expect(await describe([repositoryName])).toBe('success')
  expect(await describe([repositoryName, 'other'])).toBe('400 AccessDeniedException')
  const nobody = new ListImagesCommand({ registryId: '999999999999', repositoryName })
  expect(await failure(client.send(nobody))).toBe('400 AccessDeniedException')
})

test('one may name oneself; a number that is none is a bad parameter', async () => {
  const { ecr } = await startClient()
  await ecr().send(new CreateRepositoryCommand({ repositoryName, registryId }))
  await ecr().send(new DeleteRepositoryCommand({ repositoryName, registryId }))
  expect(await failure(ecr().send(new DescribeRepositoriesCommand({ registryId: 'me' })))).toBe(
    '400 InvalidParameterException',
  )
})
