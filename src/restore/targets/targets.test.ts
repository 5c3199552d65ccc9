import { afterAll, beforeAll, expect, test } from 'vitest'
import { type SandboxAws, sandboxAws } from '../../aws/sandbox.fixture.ts'
import { openSource } from '../../backup/sources/open.ts'
import { quietRun } from '../../core/run.ts'
import { ecrControl } from '../../ecr/control.ts'
import type { RepositorySettings } from '../../vault/format.ts'
import { roundTripSuite } from './conformance.ts'
import { openTarget } from './open.ts'

roundTripSuite('ECR of the sandbox', async () => {
  const { aws, close } = await sandboxAws()
  return { url: { kind: 'ecr' }, access: { aws }, referrersApi: true, close }
})

const { signal } = new AbortController()
let opened: SandboxAws
beforeAll(async () => {
  opened = await sandboxAws()
})
afterAll(() => opened.close())

const policy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'pull',
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::111122223333:root' },
      Action: ['ecr:BatchGetImage'],
    },
  ],
})
const lifecyclePolicy = JSON.stringify({
  rules: [
    {
      rulePriority: 1,
      description: 'Untagged images go after two weeks, so that nobody has to think of it.',
      selection: { tagStatus: 'untagged', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 14 },
      action: { type: 'expire' },
    },
  ],
})
const settings: RepositorySettings = {
  encryption: { type: 'AES256' },
  tagMutability: { mode: 'IMMUTABLE_WITH_EXCLUSION', exclusions: ['latest', 'dev-*'] },
  scanOnPush: true,
  policy,
  lifecyclePolicy,
  resourceTags: { team: 'shop', 'cost centre': '42' },
}

test('settings come back as they were put, texts exactly; a second time nothing is sent', async () => {
  const run = quietRun()
  const target = await openTarget({ kind: 'ecr' }, { aws: opened.aws }, run)
  const source = await openSource({ kind: 'ecr' }, { aws: opened.aws }, run)
  expect(target.identity.simulated).toBe(true)
  await target.createRepository('shop/api', settings, signal)
  expect((await target.settings('shop/api', signal))?.tagMutability?.mode).toBe('MUTABLE')
  await target.applySettings('shop/api', settings, signal)
  const { arn, createdAt, ...read } = await source.settings('shop/api', signal)
  expect(read).toEqual(settings)
  expect(arn).toMatch(/:repository\/shop\/api$/)
  expect(createdAt).toMatch(/Z$/)

  const writes = () =>
    Object.entries(target.requests())
      .filter(([name]) => /Put|Set|Tag(?!s)/.test(name))
      .reduce((sum, [, count]) => sum + count, 0)
  const before = writes()
  await target.applySettings('shop/api', settings, signal)
  expect(writes()).toBe(before)
  await Promise.all([target.close(), source.close()])
})

test('registry settings are read', async () => {
  const source = await openSource({ kind: 'ecr' }, { aws: opened.aws }, quietRun())
  const found = await source.registrySettings(signal)
  expect(found.accountSettings?.['REGISTRY_POLICY_SCOPE']).toBe('V2')
  expect(found.scanning).toMatchObject({ scanType: 'BASIC' })
  await source.close()
})

test('a repository that is there already is no error', async () => {
  const target = await openTarget({ kind: 'ecr' }, { aws: opened.aws }, quietRun())
  await target.createRepository('twice/made', {}, signal)
  await target.createRepository('twice/made', {}, signal)
  expect(await target.settings('twice/made', signal)).toMatchObject({ encryption: { type: 'AES256' } })
  await target.close()
})

test('the control plane of the demo registry answers every read', async () => {
  const demo = await sandboxAws({ seed: 'demo' })
  const control = ecrControl(demo.aws)
  const names: string[] = []
  for await (const repository of control.describeRepositories()) names.push(repository.name)
  expect(names.length).toBeGreaterThan(0)
  for (const name of names) {
    for (const image of await control.describeImages(name)) expect(image.digest).toMatch(/^sha256:/)
    await control.getLifecyclePolicy(name)
  }
  await demo.close()
})
