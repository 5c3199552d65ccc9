import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { call, codeOf } from '../sandbox/ecr/call.fixture.ts'
import { makeWorld, type WorldFixture } from '../sandbox/ecr/world.fixture.ts'
import { policyText } from './images.fixture.ts'
import { lintLifecycle } from './lint.ts'

/**
 * Two readings of ecr-facts 3.1 that share no code: `lint` and the sandbox's PutLifecyclePolicy. A policy that one
 * accepts and the other refuses is a mistake in one of them. They found one: the sandbox took null for a storage class.
 */
const repositoryName = 'team/app'
let fixture: WorldFixture
beforeAll(async () => {
  fixture = await makeWorld()
  await call(fixture, 'CreateRepository', { repositoryName })
})
afterAll(() => fixture.dispose())

async function sandboxAccepts(lifecyclePolicyText: string): Promise<boolean> {
  const put = () => call(fixture, 'PutLifecyclePolicy', { repositoryName, lifecyclePolicyText })
  const outcome = await put().then(
    () => 'accepted',
    (error: unknown) => codeOf(Promise.reject(error)),
  )
  expect(['accepted', 'InvalidParameterException']).toContain(outcome)
  return outcome === 'accepted'
}

type Change = (rule: Rule) => void
interface Rule {
  [member: string]: unknown
  selection: Record<string, unknown>
  action: Record<string, unknown>
}

const base = (line: string) => (JSON.parse(policyText(line)) as { rules: [Rule] }).rules[0]
const lines = [
  'untagged pushed>30',
  'any count>5',
  'tagged[v*] count>9',
  'tagged{v} pushed>9',
  'any pulled>30 archive',
  'any class=archive transitioned>90',
  'tagged[a*] pushed>30 archive',
]
/** Every member of every kind of rule, changed to what may be wrong with it. */
const values = [
  null,
  0,
  -1,
  1,
  1.5,
  89,
  90,
  1e9,
  '',
  '1',
  'days',
  'DAYS',
  'any',
  'tagged',
  'untagged',
  'archive',
  'standard',
  'expire',
  'transition',
  [],
  [''],
  ['a'],
  ['*a*b*c*'],
  ['*a*b*c*d*'],
  ['a', 'b'],
  [1],
  {},
  true,
  'imageCountMoreThan',
  'sinceImagePushed',
  'sinceImagePulled',
  'sinceImageTransitioned',
]
const selectionMembers = [
  'tagStatus',
  'tagPatternList',
  'tagPrefixList',
  'storageClass',
  'countType',
  'countUnit',
  'countNumber',
  'strange',
]
const changes: [string, Change][] = [
  ...['rulePriority', 'description', 'strange'].flatMap((name) => changed(name, (rule) => rule)),
  ...selectionMembers.flatMap((name) => changed(name, ({ selection }) => selection)),
  ...['type', 'targetStorageClass', 'strange'].flatMap((name) => changed(name, ({ action }) => action)),
  ['selection', (rule) => Object.assign(rule, { selection: [] })],
  ['no selection', (rule) => Object.assign(rule, { selection: undefined })],
  ['action', (rule) => Object.assign(rule, { action: 'expire' })],
]

function changed(name: string, part: (rule: Rule) => Record<string, unknown>): [string, Change][] {
  return [undefined, ...values].map((value) => [
    `${name} = ${JSON.stringify(value)}`,
    (rule) => {
      part(rule)[name] = value
    },
  ])
}

const table = lines.flatMap((line) =>
  changes.map(([name, change]) => {
    const rule = structuredClone(base(line))
    change(rule)
    return { name: `${line}: ${name}`, text: JSON.stringify({ rules: [rule] }).padEnd(100) }
  }),
)
const whole = [
  ...lines.map((line) => policyText(line)),
  ...lines.flatMap((a) => lines.map((b) => policyText(a, b))),
  policyText('tagged[a*,b*] count>1', 'tagged[b*,a*] count>2'),
  policyText('tagged[a*,b*] count>1', 'tagged[b*,a*,a*] count>2'),
  policyText('tagged[a] count>1', 'tagged{a} count>2'),
  policyText(...Array.from({ length: 50 }, (_, at) => `tagged[v${at}*] count>1`)),
  policyText(...Array.from({ length: 51 }, (_, at) => `tagged[v${at}*] count>1`)),
  policyText('any count>5').padEnd(30_720),
  policyText('any count>5').padEnd(30_721),
  policyText('any count>5').replace('"countNumber":5', '"countNumber":5,"countNumber":6'),
  policyText('any count>5').replace('"rulePriority":1', '"rulePriority":1.0'),
  policyText('any count>5').replace('{"rules"', '{"__proto__":{},"rules"'),
  '',
  ' '.repeat(100),
  'null'.padEnd(100),
  '[]'.padEnd(100),
  '{}'.padEnd(100),
  '{"rules":null}'.padEnd(100),
  '{"rules":[null]}'.padEnd(100),
  `\ufeff${policyText('any count>5')}`,
].map((text) => ({ name: text.trim().slice(0, 120), text }))

describe('lint and the sandbox', () => {
  test('agree on a table of policies, each of them', async () => {
    const differences: string[] = []
    let accepted = 0
    for (const { name, text } of [...table, ...whole]) {
      const sandbox = await sandboxAccepts(text)
      const lint = lintLifecycle(text).accepted
      accepted += Number(lint)
      if (lint !== sandbox) differences.push(`${name}: lint ${lint}, sandbox ${sandbox}`)
    }
    expect(differences).toEqual([])
    expect(accepted).toBeGreaterThan(50)
    expect(table.length + whole.length - accepted).toBeGreaterThan(500)
  })

  test('agree on policies of random rules', async () => {
    const number = fc.constantFrom(1, 2, 3)
    const line = fc.oneof(
      fc.constantFrom(...lines),
      fc
        .tuple(
          fc.constantFrom('tagged[a*]', 'tagged[b]', 'tagged{a}', 'untagged', 'any'),
          fc.constantFrom(' count>3', ' pushed>9', ' pulled>9 archive', ' class=archive transitioned>100'),
        )
        .map(([a, b]) => a + b),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(number, line), { minLength: 1, maxLength: 4 }), async (rules) => {
        const documents = rules.map(([rulePriority, text]) => ({ ...base(text), rulePriority }))
        const text = JSON.stringify({ rules: documents })
        expect(lintLifecycle(text).accepted).toBe(await sandboxAccepts(text))
      }),
      { numRuns: 150 },
    )
  })
})
