import fc from 'fast-check'
import { expect, test } from 'vitest'
import { judge } from '../audit/audit.ts'
import { inventory } from '../controls/inventory.fixture.ts'
import { hasCode } from '../core/errors.ts'
import { parseInventory } from './file.ts'
import type { Inventory } from './inventory.ts'

const whole = inventory()
const textOf = (changes: object = {}) => JSON.stringify({ ...whole, ...changes })
const parse = (text: string) => parseInventory(text, 'saved.json')
const refusalOf = (text: string): string => {
  try {
    parse(text)
  } catch (error) {
    if (hasCode(error, 'inventory-invalid')) return `${error.message} ${error.why ?? ''}`
    throw error
  }
  return 'none'
}
const without = (...names: string[]) =>
  JSON.stringify(Object.fromEntries(Object.entries(whole).filter(([name]) => !names.includes(name))))

test('what was saved comes back whole', () => {
  expect(parse(textOf())).toEqual(whole)
})

test.each([
  ['', 'It is not JSON'],
  ['{', 'It is not JSON'],
  ['null', 'expected object'],
  ['[]', 'expected object'],
  ['{}', 'not holdfast.inventory/1'],
  [textOf({ schema: 'holdfast.inventory/2' }), 'not holdfast.inventory/1'],
  [textOf({ collectedAt: 'yesterday' }), 'collectedAt'],
  [textOf({ registry: 'ecr' }), 'registry'],
  [textOf({ registry: { ...whole.registry, simulated: 'no' } }), 'registry.simulated'],
  [textOf({ repositories: {} }), 'repositories'],
  [textOf({ repositories: { ok: [{}] } }), 'repositories'],
  [textOf({ repositories: { error: 'no' } }), 'repositories'],
  [textOf({ scanning: { ok: { scanType: 'SOME', rules: [] } } }), 'scanning'],
  [textOf({ keys: [] }), 'keys'],
  [textOf({ trails: { ok: 'none' } }), 'trails'],
  [textOf({ uses: { ecs: [] } }), 'uses'],
  [textOf({ imagesRead: { a: 'x' } }), 'imagesRead'],
  [without('registryPolicy'), 'registryPolicy'],
])('%.60s is refused', (text, words) => {
  expect(refusalOf(text)).toContain(words)
  expect(refusalOf(text)).toContain('saved.json')
})

const neighbours = [
  'pullThroughRules',
  'templates',
  'accountSettings',
  'signing',
  'publicRepositories',
  'identities',
  'credentials',
  'trails',
  'eventRules',
  'vpcEndpoints',
  'functions',
  'pulls',
] as const

test('what an older file lacks is unknown, and never a pass', () => {
  const old = parse(without(...neighbours, 'uses', 'topics'))
  for (const name of neighbours) expect(old[name]).toMatchObject({ error: { code: 'NotCollected' } })
  const before = judge(whole).findings.filter(({ status }) => status === 'pass')
  const after = new Map(judge(old).findings.map((one) => [`${one.control} ${one.resource}`, one.status]))
  const signing = after.get(
    `image-signing ${before.find(({ control }) => control === 'image-signing')?.resource}`,
  )
  expect(signing).toBe('unknown')
})

test('members that nobody here knows are kept', () => {
  expect(parse(textOf({ fromTheFuture: { ok: 1 } }))).toMatchObject({ fromTheFuture: { ok: 1 } })
})

test('a file that says less cannot make a verdict better than unknown', () => {
  const denied = { error: { code: 'AccessDeniedException', message: 'no', needs: 'ecr:X' } }
  const parts = Object.keys(whole).filter((name) => {
    const value: unknown = whole[name as keyof Inventory]
    return typeof value === 'object' && value !== null && 'ok' in value
  })
  const passes = (found: Inventory) =>
    new Set(
      judge(found).findings.flatMap(({ control, resource, status }) =>
        status === 'pass' ? `${control} ${resource}` : [],
      ),
    )
  const all = passes(whole)
  fc.assert(
    fc.property(fc.subarray(parts), (lost) => {
      const text = textOf(Object.fromEntries(lost.map((name) => [name, denied])))
      for (const one of passes(parse(text))) expect(all).toContain(one)
    }),
    { numRuns: 50 },
  )
})

test('no text makes it throw anything but a refusal', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        fc.dictionary(fc.constantFrom(...Object.keys(whole)), fc.jsonValue()).map((part) => textOf(part)),
      ),
      (text) => {
        refusalOf(text)
      },
    ),
    { numRuns: 300 },
  )
})
