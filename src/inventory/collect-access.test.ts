import { expect, onTestFinished, test } from 'vitest'
import { sandboxAws } from '../aws/sandbox.fixture.ts'
import { quietRun } from '../core/run.ts'
import { collectInventory } from './collect.ts'
import { collectAccess } from './collect-access.ts'

async function demo() {
  const { sandbox, aws, close } = await sandboxAws({ seed: 'demo' })
  onTestFinished(close)
  return { sandbox, aws }
}

test('only what decides is asked for: no image, and the policy of the one repository', async () => {
  const { aws } = await demo()
  const found = await collectAccess(aws, quietRun(), { choose: () => ['shop/api'] })
  expect(found.requests).toEqual({
    ...{ 'ecr:DescribeRepositories': 1, 'ecr:GetRepositoryPolicy': 1, 'ecr:ListTagsForResource': 1 },
    ...{ 'ecr:GetRegistryPolicy': 1, 'ecr:GetAccountSetting': expect.any(Number) },
    ...{ 'iam:GetAccountAuthorizationDetails': 1, 'sts:GetCallerIdentity': 1 },
  })
  expect(found.scanning).toMatchObject({ error: { code: 'NotCollected' } })
})

test('it is what the whole inventory says of the same', async () => {
  const { aws } = await demo()
  const part = await collectAccess(aws, quietRun(), { choose: (names) => names })
  const whole = await collectInventory(aws, quietRun())
  expect(part.identities).toEqual(whole.identities)
  expect(part.registryPolicy).toEqual(whole.registryPolicy)
  expect(part.registryPolicyScope).toEqual(whole.registryPolicyScope)
  const deciding = ({ repositories }: typeof part) =>
    'ok' in repositories
      ? repositories.ok.map(({ name, arn, policy, tags }) => ({ name, arn, policy, tags }))
      : []
  expect(deciding(part)).toEqual(deciding(whole))
  expect(deciding(part).length).toBeGreaterThan(5)
})

test('one policy that is refused is missing, and the rest is there', async () => {
  const { sandbox, aws } = await demo()
  sandbox.addFault({ service: 'ecr', operation: 'GetRepositoryPolicy', kind: 'denied', times: 1 })
  const { repositories } = await collectAccess(aws, quietRun(), { choose: (names) => names })
  const list = 'ok' in repositories ? repositories.ok : []
  expect(list.filter(({ policy }) => 'error' in policy)).toMatchObject([
    { policy: { error: { code: 'AccessDeniedException', needs: 'ecr:GetRepositoryPolicy' } } },
  ])
})
