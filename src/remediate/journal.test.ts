import { mkdtemp, rm, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { jumpingClock } from '../core/clock.ts'
import { openStore } from '../store/open.ts'
import { type Entry, type Journal, openJournal, stageOf } from './journal.ts'
import type { Plan } from './plan.ts'
import { planId } from './plan-id.ts'
import { listRuns } from './runs.ts'

const { signal } = new AbortController()
const rest: Omit<Plan, 'id'> = {
  schema: 'holdfast.plan/1',
  simulated: true,
  madeAt: '2026-11-24T00:00:00.000Z',
  registry: {
    url: 'ecr://111122223333/eu-west-1',
    account: '111122223333',
    region: 'eu-west-1',
    partition: 'aws',
  },
  repositories: 1,
  ...{ steps: [], manual: [], unfixed: [], permissions: { apply: [], rollback: [] } },
}
const entry = (event: Entry['event']): Entry => ({ at: '2026-11-24T00:00:00.000Z', step: 'one', event })

let folder: string
let journal: Journal
let id: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-journal-'))
  journal = openJournal(await openStore(folder))
  const clock = jumpingClock(new Date('2026-11-24T00:00:00Z'))
  const run = await journal.begin({ ...rest, id: planId(rest) }, { clock, signal })
  id = run.id
  for (const event of ['start', 'failed', 'start', 'done'] as const)
    await journal.write(run, entry(event), signal)
})
afterEach(() => rm(folder, { recursive: true }))

test.each([
  ['half of an entry', '000003.json', '{"at": "20'],
  ['an empty entry', '000004.json', ''],
  ['something else', '000001.json', '{"event": "begun"}'],
  ['an entry that is gone', '000002.json', undefined],
])('%s: the run is not read as if it had done less, and is listed as it is', async (_, name, text) => {
  const file = join(folder, 'runs', id, name)
  await (text === undefined ? unlink(file) : writeFile(file, text))
  await expect(journal.read(id, signal)).rejects.toMatchObject({ code: 'journal-damaged' })
  const { runs } = await listRuns(journal, signal)
  expect(runs).toEqual([{ id, unreadable: expect.stringContaining(name) }])
})

test('files of others beside the entries are left alone', async () => {
  await writeFile(join(folder, 'runs', id, 'notes.txt'), 'mine')
  await writeFile(join(folder, 'runs', '.DS_Store'), '')
  expect((await journal.read(id, signal)).entries).toHaveLength(4)
  expect(await journal.runs(signal)).toEqual([id])
})

test('what failed before it was begun is not touched', async () => {
  const run = await journal.read(id, signal)
  const stage = (...events: Entry['event'][]) => stageOf({ ...run, entries: events.map(entry) }, 'one')
  expect(stage('failed')).toBe('untouched')
  expect(stage('start', 'failed')).toBe('begun')
  expect(stage('failed', 'start', 'done')).toBe('done')
})
