import { afterAll, beforeAll, expect, test } from 'vitest'
import { applyPlan } from './apply.ts'
import type { Call } from './call.ts'
import { crashEverywhere, crashing, forced, statesOf } from './crashing.fixture.ts'
import { type Cycle, openCycle, settled } from './cycle.fixture.ts'
import type { Plan } from './plan.ts'
import { parsePlan } from './plan-file.ts'
import { planId } from './plan-id.ts'
import { rollBack } from './rollback.ts'

let cycle: Cycle
let plan: Plan
let was: unknown[]
beforeAll(async () => {
  cycle = await openCycle()
  plan = await cycle.plan(['registry-policy-public', 'policy-wildcard-actions'])
  was = await statesOf(cycle, plan)
})
afterAll(() => cycle.close())

const change = (operation: string, input: Record<string, string>) =>
  cycle.door.send({ service: 'ecr', operation, input, needs: [] })
const policy = (action: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Deny', Principal: { AWS: 'arn:aws:iam::111122223333:root' }, Action: action }],
  })
const repository = 'archive/2023'

test('a crash at every moment ends as the plan wants it, or as it was', async () => {
  const before = settled(await cycle.inventory())
  const figures = await crashEverywhere(cycle, plan, (states) => expect(states).toEqual(was))
  expect(figures.moments).toBeGreaterThan(10)
  expect(settled(await cycle.inventory())).toEqual(before)
})

test('what somebody changed since the plan was made is left alone, and so is all the rest', async () => {
  const [text] = [was[plan.steps.findIndex(({ id }) => id === `repository-policy:${repository}`)]]
  await change('SetRepositoryPolicy', { repositoryName: repository, policyText: policy('ecr:PutImage') })
  cycle.changes()
  await expect(cycle.apply(plan, forced(plan))).rejects.toMatchObject({ code: 'plan-drift' })
  expect(cycle.changes()).toEqual([])
  const { steps, complete } = await cycle.apply(plan, { ...forced(plan), goOn: true })
  expect(complete).toBe(false)
  expect(steps.filter(({ outcome }) => outcome === 'drifted')).toHaveLength(1)
  await change('SetRepositoryPolicy', { repositoryName: repository, policyText: String(text) })
  const run = (await cycle.journal.runs(cycle.door.run.signal)).at(-1) ?? ''
  expect(await cycle.rollBack(run)).toMatchObject({ complete: true })
  expect(await statesOf(cycle, plan)).toEqual(was)
})

test('what somebody changed since the run is not rolled back over', async () => {
  const { run = '' } = await cycle.apply(plan, forced(plan))
  const mine = policy('ecr:BatchDeleteImage')
  await change('SetRepositoryPolicy', { repositoryName: repository, policyText: mine })
  const report = await cycle.rollBack(run)
  expect(report.complete).toBe(false)
  expect(report.steps.find(({ outcome }) => outcome === 'drifted')?.step).toBe(
    `repository-policy:${repository}`,
  )
  const { policyText } = await cycle.door.ask('ecr', 'GetRepositoryPolicy', {
    input: { repositoryName: repository },
  })
  expect(JSON.parse(policyText ?? '')).toEqual(JSON.parse(mine))
  const at = plan.steps.findIndex(({ id }) => id === `repository-policy:${repository}`)
  await change('SetRepositoryPolicy', { repositoryName: repository, policyText: String(was[at]) })
  expect(await cycle.rollBack(run)).toMatchObject({ complete: true })
  expect(await statesOf(cycle, plan)).toEqual(was)
})

test('the last step is taken back first', async () => {
  const ids = [...plan.steps].reverse().map(({ id }) => id)
  let run = ''
  for (const id of ids) run = (await cycle.apply(plan, { ...forced(plan), steps: [id] })).run ?? ''
  const { steps } = await cycle.rollBack(run)
  expect(steps.map(({ step }) => step)).toEqual([...ids].reverse())
})

test('a run that was rolled back is not gone on with: the plan starts anew', async () => {
  const first = await cycle.apply(plan, forced(plan))
  await cycle.rollBack(first.run ?? '')
  const second = await cycle.apply(plan, forced(plan))
  expect(second).toMatchObject({ resumed: false, complete: true })
  expect(second.run).not.toBe(first.run)
  expect(await cycle.rollBack(second.run ?? '')).toMatchObject({ complete: true })
})

test('two processes do not write the same run', async () => {
  const { door, journal } = crashing(cycle, 3)
  await expect(applyPlan(door, { plan, journal }, forced(plan))).rejects.toThrow()
  const { signal } = cycle.door.run
  const id = (await cycle.journal.runs(signal)).at(-1) ?? ''
  const [one, other] = [await cycle.journal.read(id, signal), await cycle.journal.read(id, signal)]
  expect(await rollBack(cycle.door, { run: one, journal: cycle.journal })).toMatchObject({ complete: true })
  const entry = { at: '', step: plan.steps[0]?.id ?? '', event: 'start' as const }
  await expect(cycle.journal.write(other, entry, signal)).rejects.toMatchObject({ code: 'plan-refused' })
})

test('a plan that was edited, or that this version would carry out in another way, is refused', () => {
  const text = JSON.stringify(plan)
  expect(parsePlan(text, 'plan.json')).toEqual(plan)
  const [first, ...others] = plan.steps
  if (!first) throw new Error('there are steps')
  const edited = { ...plan, steps: [{ ...first, after: null }, ...others] }
  expect(() => parsePlan(JSON.stringify(edited), 'plan.json')).toThrow(/changed after it was made/)
  const { id: _, ...rest } = { ...plan, steps: [{ ...first, calls: [] }, ...others] }
  const foreign = { ...rest, id: planId(rest) }
  expect(() => parsePlan(JSON.stringify(foreign), 'plan.json')).toThrow(/another version/)
  const { id: __, ...twice } = { ...plan, steps: [first, first] }
  expect(() => parsePlan(JSON.stringify({ ...twice, id: planId(twice) }), 'plan.json')).toThrow(/no plan/)
  expect(() => parsePlan(text.slice(1), 'plan.json')).toThrow(/no plan/)
})

test('what was done although its answer was lost is done', async () => {
  const made = await cycle.plan(['pull-through-rules'])
  const fault = {
    service: 'ecr',
    operation: 'CreateRepositoryCreationTemplate',
    kind: 'lost-answer',
  } as const
  cycle.sandbox.addFault({ ...fault, times: 1 })
  const { run = '', ...applied } = await cycle.apply(made, forced(made))
  expect(cycle.changes().filter((one) => one.endsWith(fault.operation))).toHaveLength(2)
  expect(applied).toMatchObject({ complete: true })
  cycle.sandbox.addFault({ ...fault, operation: 'DeleteRepositoryCreationTemplate', times: 1 })
  expect(await cycle.rollBack(run)).toMatchObject({ complete: true })
})

test('what somebody else did in the middle of a run is theirs, and is not taken back', async () => {
  const { door, journal } = cycle
  const [first, last] = [plan.steps[0], plan.steps.at(-1)]
  if (!first || !last) throw new Error('there are steps')
  const meanwhile: typeof journal = {
    ...journal,
    begin: async (...begun) => {
      const run = await journal.begin(...begun)
      for (const call of last.calls) await door.send(call)
      return run
    },
  }
  const applied = await applyPlan(door, { plan, journal: meanwhile }, forced(plan))
  expect(applied.steps.find(({ step }) => step === last.id)?.outcome).toBe('already')
  const report = await cycle.rollBack(applied.run ?? '')
  expect(report.steps.map(({ step }) => step)).not.toContain(last.id)
  expect((await statesOf(cycle, plan)).at(-1)).toEqual(last.after)
  for (const call of last.undo) await door.send(call)
  expect(await statesOf(cycle, plan)).toEqual(was)
})

test('a plan that is applied twice at once is carried out by one of them at most, and rolled back whole', async () => {
  const twice = await Promise.allSettled([cycle.apply(plan, forced(plan)), cycle.apply(plan, forced(plan))])
  const refused = twice.filter(({ status }) => status === 'rejected')
  expect(refused.length).toBeGreaterThan(0)
  for (const one of refused) expect(one).toMatchObject({ reason: { code: 'plan-refused' } })
  const { run = '', complete } = await cycle.apply(plan, forced(plan))
  expect(complete).toBe(true)
  expect(await cycle.rollBack(run)).toMatchObject({ complete: true })
  expect(await statesOf(cycle, plan)).toEqual(was)
})

test('half of a change that somebody made after the run is not taken for ours', async () => {
  const both = await cycle.plan(['repository-unused'])
  const [step] = both.steps
  if (!step) throw new Error('a repository is marked')
  const { run = '' } = await cycle.apply(both, { ...forced(both), steps: [step.id] })
  const key =
    Object.keys(step.after as Record<string, string>).find((one) => one.startsWith('holdfast:')) ?? ''
  const resourceArn = `arn:aws:ecr:eu-west-1:111122223333:repository/${step.resource}`
  const untag = { service: 'ecr' as const, operation: 'UntagResource', needs: [] } satisfies Partial<Call>
  await cycle.door.send({ ...untag, input: { resourceArn, tagKeys: [key] } })
  const { steps } = await cycle.rollBack(run)
  expect(steps).toMatchObject([{ step: step.id, outcome: 'drifted' }])
  const Value = (step.after as Record<string, string>)[key] ?? ''
  await cycle.door.send({
    ...untag,
    operation: 'TagResource',
    input: { resourceArn, tags: [{ Key: key, Value }] },
  })
  expect(await cycle.rollBack(run)).toMatchObject({ complete: true })
})
