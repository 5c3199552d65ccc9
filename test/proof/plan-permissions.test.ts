import { afterAll, beforeAll, expect, test } from 'vitest'
import { openAws } from '../../src/aws/open.ts'
import { jumpingClock } from '../../src/core/clock.ts'
import { quietRun } from '../../src/core/run.ts'
import { applyPlan } from '../../src/remediate/apply.ts'
import type { Need } from '../../src/remediate/call.ts'
import { type Cycle, copying, copyingLast, openCycle, settled } from '../../src/remediate/cycle.fixture.ts'
import { openDoor } from '../../src/remediate/door.ts'
import { fixes } from '../../src/remediate/fixes/index.ts'
import type { Plan } from '../../src/remediate/plan.ts'
import { rollBack } from '../../src/remediate/rollback.ts'
import { printFigures } from '../support/figures.ts'
import { restrictedSession } from '../support/restricted.ts'
import { trailWays, trailWishes } from '../support/trails.ts'

let cycle: Cycle
const figures = { plans: 0, 'permissions left out': 0, 'applies refused cleanly': 0 }
beforeAll(async () => {
  cycle = await openCycle()
})
afterAll(async () => {
  await cycle.close()
  printFigures('plans, exactly the permissions they name', figures)
})

/** The demo's registry policy gives it to everybody, which is one of its faults: leaving it out takes nothing away. */
const givenToEverybody = new Set(['ecr:CreateRepository'])

/**
 * What a plan names in case: it sees one Region, and the demo has ECR's role for replication already, since another of
 * its Regions replicates.
 */
const inCase = new Map<string, readonly string[]>([
  ['replication-configured', ['iam:CreateServiceLinkedRole']],
  // A copy reads what the vault lacks, and this one has it all: migration.test.ts has an empty one.
  ...copying.map((control) => [control, ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer']] as const),
])

/** The same, short enough for one policy: actions together that are for the same resources. */
function statementsOf(needs: readonly Need[]) {
  const resources: Record<string, string[]> = {}
  for (const { action, resource } of needs) resources[action] = [...(resources[action] ?? []), resource]
  const actions: Record<string, string[]> = {}
  for (const [action, of] of Object.entries(resources)) {
    const key = JSON.stringify([...new Set(of)])
    actions[key] = [...(actions[key] ?? []), action]
  }
  return Object.entries(actions).map(([of, Action]) => ({
    Effect: 'Allow',
    Action,
    Resource: JSON.parse(of) as string[],
  }))
}

/** As whoever has exactly these permissions. */
async function asWhoMay<T>(
  needs: readonly Need[],
  work: (cycle: Pick<Cycle, 'door' | 'journal'>) => Promise<T>,
): Promise<T> {
  cycle.sandbox.enforceIam(false)
  const Statement = statementsOf(needs)
  const credentials = await restrictedSession(cycle.sandbox, { Statement })
  cycle.sandbox.enforceIam(true)
  const settings = {
    region: 'eu-west-1',
    credentials,
    ...{ endpoint: cycle.sandbox.awsEndpoint, registryEndpoint: cycle.sandbox.registryEndpoint },
  }
  const aws = await openAws(settings, { env: {} })
  const run = quietRun({ clock: jumpingClock(new Date()) })
  const door = await openDoor(aws, run, { vault: cycle.door.vault })
  try {
    return await work({ door, journal: cycle.journal })
  } finally {
    door.close()
    aws.close()
    cycle.sandbox.enforceIam(false)
  }
}

/** Without the roles that this test made for itself. */
async function inventory(plan: Plan): Promise<unknown> {
  const found = await cycle.inventory()
  if (!('ok' in found.identities)) return settled(found, plan)
  const { roles, ...others } = found.identities.ok
  const kept = roles.filter(({ name }) => !name.startsWith('restricted-'))
  return settled({ ...found, identities: { ok: { ...others, roles: kept } } }, plan)
}

const forced = (plan: Plan) => ({ max: 10_000, confirmed: plan.steps.map(({ resource }) => resource) })

test.each(copyingLast(fixes.map(({ control }) => control)))('%s', async (control) => {
  await prove(control, await cycle.plan([control]))
})

test.each(trailWays)('%s', async (_, control, prepare) => {
  await prepare(cycle)
  await prove(control, await cycle.plan([control], trailWishes))
})

/** Refused without any single one of its permissions, carried out and taken back with all of them. */
async function prove(control: string, plan: Plan): Promise<void> {
  if (plan.steps.length === 0) return
  figures.plans += 1
  const { apply, rollback } = plan.permissions
  const before = await inventory(plan)
  const named = new Set(apply.map(({ action }) => action))
  const actions = [...named].filter(
    (action) => !givenToEverybody.has(action) && !inCase.get(control)?.includes(action),
  )
  for (const missing of actions) {
    const needs = apply.filter(({ action }) => action !== missing)
    figures['permissions left out'] += 1
    const refused = await asWhoMay(needs, async ({ door, journal }) => {
      const report = await applyPlan(door, { plan, journal }, forced(plan)).catch((error: unknown) => error)
      return JSON.stringify(report instanceof Error ? [report.message, report] : report)
    })
    expect(refused, `${missing} is not needed`).toContain(missing)
    figures['applies refused cleanly'] += 1
    const runs = await cycle.journal.runs(cycle.door.run.signal)
    const last = runs.at(-1)
    if (last !== undefined) expect(await cycle.rollBack(last)).toMatchObject({ complete: true })
  }
  const { run = '' } = await asWhoMay(apply, async ({ door, journal }) => {
    const report = await applyPlan(door, { plan, journal }, forced(plan))
    expect(report).toMatchObject({ complete: true })
    return report
  })
  await asWhoMay(rollback, async ({ door, journal }) => {
    const journaled = await journal.read(run, door.run.signal)
    expect(await rollBack(door, { run: journaled, journal })).toMatchObject({ complete: true })
  })
  expect(await inventory(plan)).toEqual(before)
}
