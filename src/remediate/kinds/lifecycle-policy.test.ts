import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Cycle, openCycle } from '../cycle.fixture.ts'
import { openDoor } from '../door.ts'
import type { Change } from '../kind.ts'
import { lifecyclePolicy as kind } from './lifecycle-policy.ts'

let cycle: Cycle
beforeAll(async () => {
  cycle = await openCycle()
})
afterAll(() => cycle.close())

const keep = (countNumber: number, tagStatus = 'any') =>
  JSON.stringify({
    rules: [
      {
        rulePriority: 1,
        selection: {
          tagStatus,
          ...(tagStatus === 'tagged' && { tagPatternList: ['*'] }),
          countType: 'imageCountMoreThan',
          countNumber,
        },
        action: { type: 'expire' },
      },
    ],
  })

const change = (resource: string, from: string | null, to: string | null): Change<string> => ({
  ...{ resource, from, to, place: cycle.door.place },
})
const doorWithout = (vault?: () => Promise<never>) =>
  openDoor(cycle.aws, cycle.door.run, vault ? { vault } : {})

test('what would expire must be in a vault, and when it is, the policy is put', async () => {
  const takes = change('shop/api', null, keep(2))
  await expect(kind.guard?.(await doorWithout(), takes)).rejects.toMatchObject({
    code: 'plan-refused',
    message: expect.stringContaining('No vault was named'),
  })
  await expect(kind.guard?.(cycle.door, takes)).resolves.toBeUndefined()
})

test('what expires nothing asks for no vault', async () => {
  const none = await doorWithout(() => expect.fail('asked for a vault'))
  await kind.guard?.(none, change('shop/api', null, keep(50)))
  await kind.guard?.(none, change('shop/api', keep(2), null))
  // The old one takes it as well.
  await kind.guard?.(none, change('shop/api', keep(2), keep(2, 'tagged')))
})

test('a policy that is not understood may take everything', async () => {
  const strange = keep(50).replace('"rulePriority":1', '"rulePriority":1,"newMember":true')
  await expect(kind.guard?.(await doorWithout(), change('shop/api', null, strange))).rejects.toMatchObject({
    code: 'plan-refused',
  })
})

test('an image that is newer than the snapshot is not held', async () => {
  // Another image by this tag is in the vault.
  const { images } = await cycle.door.ask('ecr', 'BatchGetImage', {
    input: { repositoryName: 'legacy/reports', imageIds: [{ imageTag: 'v7' }] },
  })
  const { imageManifest } = images?.[0] ?? expect.fail('no image')
  await cycle.door.send({
    service: 'ecr',
    operation: 'PutImage',
    input: { repositoryName: 'legacy/reports', imageManifest: imageManifest ?? '', imageTag: 'v8' },
    needs: [],
  })
  await cycle.door.send({
    service: 'ecr',
    operation: 'PutLifecyclePolicy',
    input: { repositoryName: 'legacy/reports', lifecyclePolicyText: keep(9) },
    needs: [],
  })
  const strange = keep(9).replace('"rulePriority":1', '"rulePriority":1,"newMember":true')
  await expect(kind.guard?.(cycle.door, change('legacy/reports', keep(9), strange))).rejects.toMatchObject({
    code: 'plan-refused',
    why: expect.stringContaining('its tag v8 was not there'),
  })
})

test('says by name what goes', async () => {
  const inventory = await cycle.inventory()
  const { gains, loses } = kind.access?.(change('shop/api', null, keep(2)), inventory) ?? expect.fail()
  expect(gains).toEqual([])
  expect(loses).toEqual([
    expect.stringMatching(/^1\.2\.0 \([0-9a-f]{12}, .+, pushed \d{4}-.+ expires by rule 1$/),
  ])
})
