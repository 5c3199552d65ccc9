import { expect, test } from 'vitest'
import { digestOf } from '../core/digest.ts'
import type { HistoryReport } from '../vault/history.ts'
import { historyText } from './history-text.ts'

const [one, two] = [digestOf('one'), digestOf('two')]
const times = ['2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z', '2026-01-03T00:00:00Z']
const moment = { complete: true, present: true, tags: 1, manifests: 1 }
const report: HistoryReport = {
  schema: 'holdfast.history/1',
  simulated: false,
  registry: 'ecr://111122223333/eu-west-1',
  repository: 'shop/api',
  moments: [one, two, undefined].map((digest, at) => ({
    ...moment,
    snapshot: `snapshot${at}`,
    time: times[at] ?? '',
    ...(digest && { digest }),
  })),
  changes: [
    { tag: 'latest', snapshot: 'snapshot0', time: times[0] ?? '', to: one },
    { tag: 'latest', snapshot: 'snapshot1', time: times[1] ?? '', from: one, to: two },
    { tag: 'latest', snapshot: 'snapshot2', time: times[2] ?? '', from: two },
  ],
  unreadable: [],
}

test('one tag: each snapshot, each digest in full, and how to have one back', () => {
  const text = historyText({ ...report, tag: 'latest' })
  expect(text).toMatch(/snapshot0.*new\n.*snapshot1.*moved\n.*snapshot2.*-.*gone/)
  for (const digest of [one, two]) expect(text).toContain(`  ${digest}\n`)
  expect(text).toContain('holdfast restore SNAPSHOT --repository shop/api --tag latest --prefix old/')
  expect(text.split('\n').every((line) => line.length <= 100)).toBe(true)
})

test('a repository: its changes, and what could not be read', () => {
  const unreadable = [{ key: 'states/x', reason: 'It is missing.' }]
  const text = historyText({ ...report, unreadable })
  expect(text).toContain('3 changes of tags')
  expect(text).toContain('states/x: It is missing.')
})
