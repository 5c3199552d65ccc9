import { describe, expect, test } from 'vitest'
import type { LifecycleImage } from './image.ts'
import { ago, digestFor, image, index, now, rules } from './images.fixture.ts'
import { simulate } from './simulate.ts'

/** Every worked example of ecr-facts 3.4 that has images; L20 to L22 are refused by `lint`. */
interface Example {
  policy: string[]
  images: Record<string, LifecycleImage>
  /** `A expired 1`: image, outcome, priority. The rest is kept. */
  goes: string[]
}

const tagged = (list: [string, number, ...string[]][]) =>
  Object.fromEntries(list.map(([name, days, ...tags]) => [name, image(name, days, tags)]))
const archived = (name: string, days: number, tags: string[] = []) =>
  image(name, days + 100, tags, { status: 'ARCHIVED', archivedAt: ago(days) })
const betaProd = tagged([
  ['A', 10, 'beta-1', 'prod-1'],
  ['B', 9, 'beta-2', 'prod-2'],
  ['C', 8, 'beta-3'],
])

const examples: Record<string, Example> = {
  L1: { policy: ['tagged[prod*] count>1', 'tagged[beta*] count>1'], images: betaProd, goes: ['A expired 1'] },
  L2: {
    policy: ['tagged[beta*] count>1', 'tagged[prod*] count>1'],
    images: betaProd,
    goes: ['A expired 1', 'B expired 1'],
  },
  L3: {
    policy: ['tagged[alpha*,beta*] pushed>5'],
    images: tagged([
      ['A', 12, 'alpha-1'],
      ['B', 11, 'beta-1'],
      ['C', 10, 'alpha-2', 'beta-2'],
      ['D', 4, 'alpha-3'],
      ['E', 3, 'beta-3'],
      ['F', 2, 'alpha-4', 'beta-4'],
    ]),
    goes: ['C expired 1'],
  },
  L4: {
    policy: ['tagged[alpha*,beta*] count>1'],
    images: tagged([
      ['A', 10, 'alpha-1', 'beta-1', 'gamma-1'],
      ['B', 9, 'alpha-2', 'beta-2'],
      ['C', 8, 'alpha-3', 'beta-3', 'gamma-2'],
    ]),
    goes: ['A expired 1', 'B expired 1'],
  },
  L5: {
    policy: ['any count>1'],
    images: tagged([
      ['A', 4, 'alpha-1'],
      ['B', 3, 'beta-1'],
      ['C', 2],
      ['D', 1, 'alpha-2'],
    ]),
    goes: ['A expired 1', 'B expired 1', 'C expired 1'],
  },
  L6: {
    policy: ['tagged[alpha*] count>1', 'untagged pushed>1', 'any count>1'],
    images: tagged([
      ['A', 4, 'alpha-1', 'beta-1'],
      ['B', 3],
      ['C', 2, 'alpha-2'],
      // "1 day" as E, and ranked behind it without saying why: a little older here.
      ['D', 1.001, '0f1e2d3c'],
      ['E', 1],
    ]),
    goes: ['A expired 1', 'B expired 2', 'D expired 3'],
  },
  L7: {
    policy: ['untagged count>1'],
    images: tagged([
      ['A', 9],
      ['B', 5],
      ['C', 7, 'v1'],
      ['D', 1],
    ]),
    goes: ['A expired 1', 'B expired 1'],
  },
  L8: {
    policy: ['tagged[prod*] pushed>14'],
    images: tagged([
      ['A', 20, 'prod'],
      ['B', 15, 'production-x'],
      ['C', 30, 'myprod'],
      ['D', 14, 'prod1'],
    ]),
    goes: ['A expired 1', 'B expired 1'],
  },
  L9: {
    policy: ['any pulled>90 archive'],
    images: {
      A: image('A', 100),
      B: image('B', 400, [], { lastPull: ago(10) }),
      C: image('C', 400, [], { lastPull: ago(91) }),
      D: image('D', 400, [], { lastPull: ago(300), archivedAt: ago(30), activatedAt: ago(5) }),
    },
    goes: ['A archived 1', 'C archived 1'],
  },
  L10: {
    policy: ['any pushed>30 archive', 'any class=archive transitioned>365'],
    images: { A: image('A', 31), B: image('B', 29), C: archived('C', 366), D: archived('D', 364) },
    goes: ['A archived 1', 'C expired 2'],
  },
  L11: {
    policy: ['untagged pushed>1'],
    images: {
      I: index('I', 10, ['v1'], ['M1', 'M2']),
      M1: image('M1', 10),
      M2: image('M2', 10),
      X: image('X', 10),
    },
    goes: ['X expired 1'],
  },
  L12: {
    policy: ['tagged[prod*] count>9999', 'any pushed>30'],
    images: tagged([
      ['A', 400, 'prod-1'],
      ['B', 40, 'dev-1'],
      ['C', 31],
      ['D', 5, 'dev-2'],
    ]),
    goes: ['B expired 2', 'C expired 2'],
  },
  L13: {
    policy: ['tagged[v*] pushed>365', 'any count>2'],
    images: tagged([
      ['A', 10, 'v1'],
      ['B', 5, 'v2'],
      ['C', 3, 'dev'],
      ['D', 1, 'dev2'],
    ]),
    goes: [],
  },
  'L14, run 1': {
    policy: ['any count>2'],
    images: {
      M1: image('M1', 5.002),
      M2: image('M2', 5.001),
      I: index('I', 5, ['v1'], ['M1', 'M2']),
      M3: image('M3', 1.002),
      M4: image('M4', 1.001),
      J: index('J', 1, ['v2'], ['M3', 'M4']),
    },
    goes: ['I expired 1'],
  },
  'L14, run 2': {
    policy: ['any count>2'],
    images: {
      M1: image('M1', 5.002),
      M2: image('M2', 5.001),
      M3: image('M3', 1.002),
      M4: image('M4', 1.001),
      J: index('J', 1, ['v2'], ['M3', 'M4']),
    },
    goes: ['M1 expired 1', 'M2 expired 1'],
  },
  L15: {
    policy: ['tagged[prod] pushed>10'],
    images: tagged([
      ['A', 20, 'prod-1'],
      ['B', 20, 'prod'],
    ]),
    goes: ['B expired 1'],
  },
  L16: {
    policy: ['tagged{prod} pushed>10'],
    images: tagged([
      ['A', 20, 'prod-1'],
      ['B', 20, 'prod'],
    ]),
    goes: ['A expired 1', 'B expired 1'],
  },
  L17: {
    policy: ['tagged[prod*,staging*] pushed>1'],
    images: tagged([
      ['A', 9, 'prod-1'],
      ['B', 9, 'staging-1'],
      ['C', 9, 'prod-2', 'staging-2'],
    ]),
    goes: ['C expired 1'],
  },
  L18: {
    policy: ['untagged pushed>7'],
    images: tagged([
      ['A', 30],
      ['B', 0, 'latest'],
    ]),
    goes: ['A expired 1'],
  },
  'L19, first': {
    policy: ['tagged[rel*] count>1 archive', 'any class=archive transitioned>90'],
    images: tagged([
      ['A', 50, 'rel-1'],
      ['B', 10, 'rel-2'],
    ]),
    goes: ['A archived 1'],
  },
  'L19, 91 days later': {
    policy: ['tagged[rel*] count>1 archive', 'any class=archive transitioned>90'],
    images: { A: archived('A', 91, ['rel-1']), B: image('B', 101, ['rel-2']) },
    goes: ['A expired 2'],
  },
  'L23, run 1': {
    policy: ['tagged[v*] pushed>30'],
    images: {
      I: index('I', 40, ['v1'], ['M1', 'M2']),
      M1: image('M1', 40),
      M2: image('M2', 40),
      S: image('S', 40, [], { kind: 'artifact', subject: digestFor('I') }),
    },
    goes: ['I expired 1', 'S expired 1'],
  },
  L24: {
    policy: ['tagged[dev*] pushed>30 archive', 'any pushed>60'],
    images: tagged([
      ['A', 90, 'dev-1'],
      ['B', 90, 'x-1'],
      ['C', 45, 'dev-2'],
    ]),
    goes: ['A archived 1', 'C archived 1', 'B expired 2'],
  },
  L25: {
    policy: ['any count>2'],
    images: {
      A: image('A', 200, ['v1'], { activatedAt: ago(2) }),
      B: image('B', 20, ['v2']),
      C: image('C', 10, ['v3']),
    },
    goes: ['B expired 1'],
  },
  L26: {
    policy: ['tagged[rel*] count>1'],
    images: {
      A: archived('A', 50, ['rel-0']),
      B: image('B', 20, ['rel-1']),
      C: image('C', 10, ['rel-2']),
    },
    goes: ['B expired 1'],
  },
}

describe('the worked examples of ecr-facts 3.4', () => {
  test.each(Object.entries(examples))('%s', (_name, { policy, images, goes }) => {
    const { images: verdicts } = simulate(rules(...policy), Object.values(images), { now })
    const name = (digest: string) => Object.keys(images).find((each) => images[each]?.digest === digest)
    const gone = verdicts
      .filter(({ outcome }) => outcome !== 'kept')
      .map(({ image, outcome, rule }) => `${name(image.digest)} ${outcome} ${rule}`)
    expect(gone.sort()).toEqual([...goes].sort())
  })
})
