import { ECRClient, TagResourceCommand } from '@aws-sdk/client-ecr'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { judge } from '../../src/audit/audit.ts'
import { demoSettings } from '../../src/audit/demo.fixture.ts'
import { openAws } from '../../src/aws/open.ts'
import { repositoryArn } from '../../src/core/arn.ts'
import { jumpingClock } from '../../src/core/clock.ts'
import { quietRun } from '../../src/core/run.ts'
import { applyPlan } from '../../src/remediate/apply.ts'
import type { Need } from '../../src/remediate/call.ts'
import { type Cycle, demoBaseline, openCycle } from '../../src/remediate/cycle.fixture.ts'
import { type Door, openDoor } from '../../src/remediate/door.ts'
import { makePlan, type Plan } from '../../src/remediate/plan.ts'
import { rollBack } from '../../src/remediate/rollback.ts'
import { restrictedSession } from '../support/restricted.ts'

/** A repository is deleted, and brought back, with exactly the permissions that the plan names. */
let cycle: Cycle
beforeAll(async () => {
  cycle = await openCycle()
})
afterAll(() => cycle.close())

async function planned(): Promise<Plan> {
  const inventory = await cycle.inventory()
  const report = judge(inventory, { settings: demoSettings, controls: ['repository-unused'] })
  return await makePlan(cycle.door, { inventory, report, baseline: demoBaseline, isHeld: () => true })
}

async function mark(repository: string): Promise<void> {
  const day = (ago: number) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10)
  const ecr = new ECRClient({ ...cycle.aws.clientConfig('ecr'), region: 'eu-west-1' })
  const tags = [
    { Key: 'holdfast:retire-after', Value: day(6) },
    { Key: 'holdfast:retire-marked', Value: day(20) },
  ]
  const resourceArn = repositoryArn({ account: '111122223333', region: 'eu-west-1' }, repository)
  await ecr.send(new TagResourceCommand({ resourceArn, tags }))
  ecr.destroy()
}

async function asWhoMay<T>(needs: readonly Need[], work: (door: Door) => Promise<T>): Promise<T> {
  cycle.sandbox.enforceIam(false)
  const Statement = needs.map(({ action, resource }) => ({
    Effect: 'Allow',
    Action: action,
    Resource: resource,
  }))
  const credentials = await restrictedSession(cycle.sandbox, { Statement })
  cycle.sandbox.enforceIam(true)
  const { awsEndpoint: endpoint, registryEndpoint } = cycle.sandbox
  const aws = await openAws({ region: 'eu-west-1', credentials, endpoint, registryEndpoint }, { env: {} })
  const door = await openDoor(aws, quietRun({ clock: jumpingClock(new Date()) }), { vault: cycle.door.vault })
  try {
    return await work(door)
  } finally {
    door.close()
    aws.close()
    cycle.sandbox.enforceIam(false)
  }
}

test('a repository is retired and brought back with exactly the permissions of its plan', async () => {
  const name = (await planned()).steps[0]?.resource ?? ''
  await mark(name)
  const whole = await planned()
  const steps = [`repository-retired:${name}`]
  const { journal } = cycle
  const { apply, rollback } = {
    apply: whole.permissions.apply.filter(({ resource }) => resource.endsWith(name) || resource === '*'),
    rollback: whole.permissions.rollback,
  }
  for (const missing of new Set(apply.map(({ action }) => action))) {
    const needs = apply.filter(({ action }) => action !== missing)
    const answer = await asWhoMay(needs, (door) =>
      applyPlan(door, { plan: whole, journal }, { steps }).catch((error: unknown) => error),
    )
    expect(answer instanceof Error ? answer.message : JSON.stringify(answer), missing).toContain(missing)
  }
  const { run = '', complete } = await asWhoMay(apply, (door) =>
    applyPlan(door, { plan: whole, journal }, { steps }),
  )
  expect(complete).toBe(true)
  const journaled = await journal.read(run, cycle.door.run.signal)
  const back = await asWhoMay(rollback, (door) => rollBack(door, { run: journaled, journal }))
  expect(back).toMatchObject({ complete: true })
})
