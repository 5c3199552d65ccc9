import { describe, expect, test } from 'vitest'
import { type Bug, bugs, type Rule, searchLoss } from './model.fixture.ts'

const small: Rule = { backups: 1, prunes: 1, old: true }

/** Checked once besides, too slow for every day: three prunes (277,702 states); all of it with two backups (204,723). */
describe('no interleaving loses a blob that a snapshot needs', () => {
  test.each<[string, Rule]>([
    ['one backup, one prune', small],
    ['garbage that a backup finds and uses', { ...small, old: false }],
    ['two backups, one prune', { ...small, backups: 2 }],
    ['two backups, garbage', { ...small, backups: 2, old: false }],
    ['one backup, two prunes', { ...small, prunes: 2 }],
    ['one backup, two prunes, garbage', { ...small, prunes: 2, old: false }],
    ['a list that a dead prune left', { ...small, prunes: 2, takeOver: 'dead' }],
    ['the same with garbage', { ...small, prunes: 2, old: false, takeOver: 'dead' }],
    ['two backups and a dead list', { backups: 2, prunes: 2, old: true, takeOver: 'dead' }],
    ['a late delete, with versions', { ...small, versions: true, late: true }],
    [
      'a prune that sleeps through its succession, with versions',
      { ...small, prunes: 2, versions: true, takeOver: 'asleep' },
    ],
    [
      'all of it, with versions',
      { backups: 1, prunes: 2, old: true, versions: true, late: true, takeOver: 'asleep' },
    ],
  ])('%s', (_name, rule) => {
    const { states, loss } = searchLoss(rule)
    expect(loss).toBe(undefined)
    expect(states).toBeGreaterThan(50)
  })
})

describe('what is left without versions (docs/prune.md)', () => {
  test('a delete that lands after the list was dropped', () => {
    const { loss = [] } = searchLoss({ ...small, late: true })
    expect(loss.indexOf('a late delete lands')).toBeGreaterThan(loss.indexOf('prune 1: drop'))
  })

  test('a prune that falls asleep exactly between its last look and its delete, and is succeeded meanwhile', () => {
    const { loss = [] } = searchLoss({ ...small, prunes: 2, takeOver: 'asleep' })
    const at = (step: string) => loss.indexOf(step)
    expect(at('prune 2: take')).toBeGreaterThan(at('prune 1: check'))
    expect(at('prune 1: delete')).toBeGreaterThan(at('prune 2: drop'))
  })
})

test.each(bugs)('the search finds what is wrong when: %s', (bug: Bug) => {
  const rules: Rule[] = [small, { ...small, old: false }, { ...small, prunes: 2, takeOver: 'dead' }]
  const found = [...rules, { ...rules[2]!, old: false }].filter((rule) => searchLoss({ ...rule, bug }).loss)
  expect(found.length).toBeGreaterThan(0)
})
