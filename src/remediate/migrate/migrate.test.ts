import { afterEach, beforeEach, expect, test } from 'vitest'
import { demoSettings } from '../../audit/demo.fixture.ts'
import { isDigest } from '../../core/digest.ts'
import { HoldfastError } from '../../core/errors.ts'
import { heldIds, holdSnapshot, listHolds } from '../../vault/holds.ts'
import { type Cycle, openCycle } from '../cycle.fixture.ts'
import type { Door } from '../door.ts'
import { requests } from './migrate.fixture.ts'
import { migrate } from './migrate.ts'

const name = 'shop/web'
const wanted = { type: 'KMS', kmsKey: demoSettings.allowedKeys[0] ?? '' }

let cycle: Cycle
beforeEach(async () => {
  cycle = await openCycle()
})
afterEach(() => cycle.close())

async function found() {
  const { repositories } = await cycle.inventory()
  const one = 'ok' in repositories ? repositories.ok.find((each) => each.name === name) : undefined
  const images = one && 'ok' in one.images ? one.images.ok : []
  return { encryption: one?.encryption, tags: one && 'ok' in one.tags ? one.tags.ok : {}, images }
}

const failureOf = async (work: Promise<unknown>) => {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof HoldfastError)) throw new Error(`no failure: ${error}`)
  return error
}

/** A door at which something happens before, or after, a request of that name; once. */
function at(
  operation: string,
  { before, after }: Partial<Record<'before' | 'after', () => Promise<void>>>,
): Door {
  let done = false
  const { door } = cycle
  return {
    ...door,
    send: async (call) => {
      const now = call.operation === operation && !done
      if (now) done = true
      if (now) await before?.()
      await door.send(call)
      if (now) await after?.()
    },
  }
}

const crash = async () => {
  throw new Error('crash')
}

test('what is pushed while it is copied is copied too', async () => {
  const before = await found()
  const door = at('TagResource', { before: () => requests(cycle, name).push('meanwhile') })
  await migrate(door, name, wanted)
  const { encryption, images, tags } = await found()
  expect(encryption).toEqual(wanted)
  expect(images).toHaveLength(before.images.length + 1)
  expect(images.some((image) => image.tags.includes('meanwhile'))).toBe(true)
  expect(tags).toEqual(before.tags)
})

test('a repository that somebody made anew in the gap is completed, and then gets the key', async () => {
  const before = await found()
  const door = at('DeleteRepository', { after: crash })
  await expect(migrate(door, name, wanted)).rejects.toThrow('crash')
  expect((await found()).encryption).toBeUndefined()
  await requests(cycle, name).create()
  await requests(cycle, name).push('first')
  await migrate(cycle.door, name, wanted)
  const { encryption, images } = await found()
  expect(encryption).toEqual(wanted)
  expect(images.map(({ digest }) => digest)).toEqual(
    expect.arrayContaining(before.images.map(({ digest }) => digest)),
  )
  expect(images.find(({ tags }) => tags.includes('first'))).toBeDefined()
})

test('a tag that was pushed before everything was back stays where it is, also on the way back', async () => {
  const stopping = { ...cycle.door, send: stopAfterCreation(cycle.door) }
  expect(await failureOf(migrate(stopping, name, wanted))).toMatchObject({ code: 'plan-unverified' })
  const half = await found()
  expect(Object.keys(half.tags)).toContain('holdfast:unfinished-migration')
  await requests(cycle, name).push('3.2.0')
  await migrate(cycle.door, name, { type: 'AES256' })
  const { encryption, images, tags } = await found()
  expect(encryption).toEqual({ type: 'AES256' })
  expect(Object.keys(tags)).not.toContain('holdfast:unfinished-migration')
  expect(images.find((image) => image.tags.includes('3.2.0'))?.kind).toBe('image')
  expect(images.every(({ digest }) => isDigest(digest))).toBe(true)
  expect(images.length).toBe(7)
})

/** The first one is the rehearsal. */
function stopAfterCreation(door: Door): Door['send'] {
  let creations = 0
  return async (call) => {
    if (creations >= 2) throw new Error('crash')
    if (call.operation === 'CreateRepository') creations += 1
    await door.send(call)
  }
}

test('where ECR does not take the key after all, it comes back as it was', async () => {
  const before = await found()
  cycle.sandbox.addFault({
    service: 'ecr',
    operation: 'CreateRepository',
    kind: 'denied',
    after: 1,
    times: 1,
  })
  const failure = await failureOf(migrate(cycle.door, name, wanted))
  expect(failure).toMatchObject({ code: 'plan-unverified', message: expect.stringContaining('as it was') })
  const { encryption, images, tags } = await found()
  expect(encryption).toEqual(before.encryption)
  expect(images.map(({ digest }) => digest).sort()).toEqual(before.images.map(({ digest }) => digest).sort())
  expect(tags).toEqual(before.tags)
})

test('where ECR makes it in no way, the failure says that it is missing and which snapshot has it', async () => {
  const before = await found()
  cycle.sandbox.addFault({ service: 'ecr', operation: 'CreateRepository', kind: 'denied', after: 1 })
  const failure = await failureOf(migrate(cycle.door, name, wanted))
  const [hold] = await listHolds(await cycle.door.vault())
  expect(failure).toMatchObject({
    code: 'plan-unverified',
    message: expect.stringContaining('is not there now'),
  })
  expect(failure.message).toContain(hold?.snapshot)
  cycle.sandbox.clearFaults()
  await migrate(cycle.door, name, wanted)
  const { encryption, images } = await found()
  expect(encryption).toEqual(wanted)
  expect(images).toHaveLength(before.images.length)
})

test('a repository that is not whole says what is missing, by a tag and in the failure', async () => {
  cycle.sandbox.addFault({ service: 'ecr', operation: 'PutLifecyclePolicy', kind: 'denied', after: 1 })
  const failure = await failureOf(migrate(cycle.door, name, wanted))
  expect(failure).toMatchObject({
    code: 'plan-unverified',
    message: expect.stringContaining('not whole yet'),
  })
  expect((await found()).tags).toHaveProperty(['holdfast:unfinished-migration'])
  cycle.sandbox.clearFaults()
  await migrate(cycle.door, name, wanted)
  expect((await found()).tags).not.toHaveProperty(['holdfast:unfinished-migration'])
})

test.each([
  ['of another Region', wanted.kmsKey.replace('eu-west-1', 'us-east-1')],
  ['that is pending deletion', undefined],
])('a key %s is refused before anything is done', async (_, given) => {
  const kmsKey = given ?? (await requests(cycle, name).dyingKey())
  cycle.changes()
  const failure = await failureOf(migrate(cycle.door, name, { type: 'KMS', kmsKey }))
  expect(failure.code).toBe('plan-refused')
  expect(cycle.changes()).toEqual([])
})

test('a policy that ECR takes no longer turns up while everything is there', async () => {
  const before = await found()
  await requests(cycle, name).policy()
  cycle.sandbox.addFault({ service: 'ecr', operation: 'SetRepositoryPolicy', kind: 'denied' })
  expect(await failureOf(migrate(cycle.door, name, wanted))).toMatchObject({ code: 'plan-refused' })
  const { encryption, images, tags } = await found()
  expect({ encryption, tags }).toEqual({ encryption: before.encryption, tags: before.tags })
  expect(images).toHaveLength(before.images.length)
  expect((await heldIds(await cycle.door.vault())).size).toBe(0)
})

test('a blob that the vault has lost keeps the repository', async () => {
  const vault = await cycle.door.vault()
  const { images } = await found()
  const [first] = images
  await vault.store.delete(`blobs/sha256/${first?.digest.slice(7)}`)
  cycle.changes()
  const failure = await failureOf(migrate(cycle.door, name, wanted))
  expect(failure).toMatchObject({ code: 'plan-refused', why: expect.stringContaining(first?.digest ?? '') })
  expect(cycle.changes()).not.toContain('ecr:DeleteRepository')
})

test('what somebody else holds stays held', async () => {
  const vault = await cycle.door.vault()
  const { id } = await vault.snapshots.find('latest')
  await holdSnapshot(vault, { snapshot: id, reason: 'audit of 2026' }, cycle.door.run)
  await migrate(cycle.door, name, wanted)
  expect(await listHolds(vault)).toMatchObject([{ snapshot: id, reason: 'audit of 2026' }])
})
