import { describe, expect, test } from 'vitest'
import type { LifecycleImage } from './image.ts'
import { ago, digestFor, image, index, now, policyText, rules } from './images.fixture.ts'
import { simulateRepository } from './repository.ts'
import { simulate } from './simulate.ts'
import type { ImageUser } from './uses.ts'

const run = (policy: string[], images: LifecycleImage[], inUse: ImageUser[] = []) =>
  simulate(rules(...policy), images, { now, inUse })
const codes = (found: ReturnType<typeof run>) => found.warnings.map(({ code }) => code)
const signature = (name: string, days: number, subject: string) =>
  image(name, days, [], { kind: 'artifact', subject: digestFor(subject) })

describe('why, in words', () => {
  test('each reason', () => {
    const images = [
      index('I', 40, ['v1'], ['M']),
      image('M', 40),
      signature('S', 1, 'I'),
      image('P', 40, ['prod']),
      image('D', 1, ['dev']),
      image('N', 50, ['old']),
      image('Z', 50, [], { status: 'ACTIVATING' }),
    ]
    const found = run(
      ['tagged[v*] pushed>30', 'tagged[prod] count>9999', 'untagged pushed>30', 'tagged[*] count>1'],
      images,
    )
    expect(
      Object.fromEntries(
        found.images.map(({ image, reason, why }) => [
          image.tags[0] ?? image.digest.slice(7, 10),
          [reason, why],
        ]),
      ),
    ).toEqual({
      v1: ['rule', 'Rule 1 takes what was pushed more than 30 days ago.'],
      [digestFor('M').slice(7, 10)]: ['held', expect.stringContaining('Rule 3 would take it, but index')],
      [digestFor('S').slice(7, 10)]: [
        'follows-subject',
        expect.stringContaining('is expired within 24 hours after it'),
      ],
      prod: ['shielded', 'Rule 4 would take it, but rule 2 (tagged prod) looks at it first and does not.'],
      dev: ['spared', 'First looked at by rule 4 (tagged *), which takes only all but the newest 1.'],
      old: ['rule', 'Rule 4 takes all but the newest 1.'],
      [digestFor('Z').slice(7, 10)]: [
        'not-identified',
        expect.stringContaining('coming back from the archive'),
      ],
    })
  })

  test('a shield', () => {
    const found = run(['tagged[prod] count>9999', 'any pushed>30'], [image('P', 40, ['prod'])])
    expect(found.images[0]?.why).toBe(
      'Rule 2 would take it, but rule 1 (tagged prod) looks at it first and does not.',
    )
    expect(found.rules[1]).toMatchObject({ wouldTake: 1, taken: 0, shielded: 1, shieldedBy: [1] })
  })
})

describe('warnings', () => {
  const used = [{ tag: 'v1', by: 'service api' }]
  test.each<[string, string[], LifecycleImage[], ImageUser[], string[]]>([
    [
      'in use and expired',
      ['tagged[v*] pushed>30'],
      [image('A', 40, ['v1']), image('B', 1, ['v2'])],
      used,
      ['in-use-taken'],
    ],
    [
      'in use and archived',
      ['any pulled>30 archive'],
      [image('A', 40, ['v1']), image('B', 1, ['v2'])],
      used,
      ['in-use-taken'],
    ],
    [
      'in use by digest',
      ['tagged[v*] count>1'],
      [image('A', 40, ['v1']), image('B', 1, ['v2'])],
      [{ digest: digestFor('A'), by: 'pod' }],
      ['in-use-taken'],
    ],
    ['in use and gone already', ['tagged[v*] pushed>30'], [image('B', 1, ['v2'])], used, ['in-use-missing']],
    [
      'an index whose child is in use',
      ['tagged[v*] pushed>30'],
      [index('I', 40, ['v9'], ['M']), image('M', 40), image('B', 1, ['v2'])],
      [{ digest: digestFor('M'), by: 'pod' }],
      ['in-use-child', 'children-freed', 'untagged-uncovered'],
    ],
    [
      'the signature of what is in use',
      ['untagged pushed>30'],
      [image('A', 40, ['v1']), signature('S', 40, 'A')],
      used,
      ['in-use-referrer', 'referrer-alone'],
    ],
    [
      'a signature that follows',
      ['tagged[v*] pushed>30'],
      [image('A', 40, ['v1']), image('B', 1, ['v2']), signature('S', 40, 'A')],
      [],
      ['referrers-follow'],
    ],
    [
      'children that cannot be known',
      ['untagged pushed>30'],
      [index('I', 40, ['v1'], undefined), image('M', 40)],
      [],
      ['children-unknown'],
    ],
    [
      'a rule that looks at nothing',
      ['tagged[x*] count>1', 'untagged pushed>30'],
      [image('A', 40, ['v1'])],
      [],
      ['matches-nothing', 'matches-nothing'],
    ],
    [
      'a rule out of whose reach all is',
      ['tagged[v*] pushed>365', 'any count>1'],
      [image('A', 9, ['v1']), image('B', 8, ['v2'])],
      [],
      ['shielded'],
    ],
    [
      'everything',
      ['any pushed>30'],
      [image('A', 40, ['v1']), image('B', 41, ['v2'])],
      [],
      ['takes-everything'],
    ],
    [
      'untagged and not covered',
      ['tagged[v*] count>1'],
      [image('A', 40, ['v1']), image('U', 2)],
      [],
      ['untagged-uncovered'],
    ],
    [
      'children that are counted',
      ['any count>9'],
      [index('I', 40, ['v1'], ['M']), image('M', 40)],
      [],
      ['count-includes-parts'],
    ],
    [
      'old signatures that are counted',
      ['tagged[*] count>9'],
      [image('S', 4, [`sha256-${'a'.repeat(64)}.sig`])],
      [],
      ['signature-tags'],
    ],
    ['a tie', ['tagged[v*] count>1'], [image('A', 4, ['v1']), image('B', 4, ['v2'])], [], ['tie']],
    ['no time', ['tagged[v*] pushed>1'], [image('A', 4, ['v1'], { pushedAt: '' })], [], ['time-unknown']],
    ['nothing to say', ['tagged[v*] count>1'], [image('A', 4, ['v1'])], used, []],
  ])('%s', (_name, policy, images, inUse, expected) => {
    expect(codes(run(policy, images, inUse))).toEqual(expected)
  })

  test('dangers come first', () => {
    const found = run(['tagged[x*] count>1', 'any pushed>30'], [image('A', 40, ['v1'])], used)
    expect(found.warnings.map(({ severity }) => severity)).toEqual(['danger', 'danger', 'notice'])
  })
})

describe('a repository', () => {
  const images = { ok: [image('A', 40, ['v1']), image('B', 1, ['v2'])] }
  const denied = { error: { code: 'AccessDenied', message: 'no', needs: 'ecr:X' } }
  const ask = (policy: Parameters<typeof simulateRepository>[0]['policy'], given?: string[]) =>
    simulateRepository(
      { repository: 'shop/api', policy, images },
      { now, inUse: [], ...(given && { policy: rules(...given) }) },
    )

  test('without a policy nothing goes, and nothing is to be warned of', () => {
    expect(ask({ ok: null })).toMatchObject({
      status: 'no-policy',
      totals: { kept: 2 },
      warnings: [],
      rules: [],
    })
  })

  test.each([
    [
      'a policy from the future',
      policyText('any count>1').replace('"countNumber"', '"weather":"rain","countNumber"'),
      /rules\[0\]\.selection\.weather/,
    ],
    ['no JSON', 'rules:', /not JSON/],
    [
      'another kind of rule',
      policyText('any count>1').replace('imageCountMoreThan', 'imageIsUgly'),
      /rules\.0\.selection\.countType/,
    ],
  ])('%s is unknown', (_name, text, reason) => {
    const found = ask({ ok: text })
    expect(found).toMatchObject({ status: 'unknown', images: [] })
    expect(found.reason).toMatch(reason)
    expect(ask({ ok: text }, ['any count>1'])).toMatchObject({
      status: 'simulated',
      today: { status: 'unknown' },
    })
  })

  test('no answer is unknown', () => {
    expect(ask(denied)).toMatchObject({ status: 'unknown', reason: 'AccessDenied: no (needs ecr:X)' })
    const unlisted = { repository: 'x', policy: { ok: null }, images: denied }
    expect(simulateRepository(unlisted, { now, inUse: [] })).toMatchObject({ status: 'unknown' })
  })

  test('compared with the policy of today', () => {
    const found = ask({ ok: policyText('any count>1') }, ['any pushed>30 archive'])
    expect(found.totals).toEqual({ kept: 1, expired: 0, archived: 1, bytes: 0 })
    expect(found.today).toEqual({
      status: 'simulated',
      totals: { kept: 1, expired: 1, archived: 0, bytes: 10 },
    })
    expect(found.changes).toMatchObject([{ tags: ['v1'], today: 'expired', proposed: 'archived' }])
  })

  test('ages are strict, and a pull counts', () => {
    const pulled = (days: number) => image('A', 400, ['v1'], { lastPull: ago(days) })
    const archived = (days: number) => run(['any pulled>90 archive'], [pulled(days)]).images[0]?.outcome
    expect([90, 90.001].map(archived)).toEqual(['kept', 'archived'])
  })
})

test('10,000 images and 50 rules', () => {
  const many = Array.from({ length: 10_000 }, (_, at) => image(`i${at}`, at / 10, [`v${at % 60}-${at}`]))
  const policy = Array.from({ length: 50 }, (_, at) => `tagged[v${at}-*] count>5`)
  const kept = run(policy, many).images.filter(({ outcome }) => outcome === 'kept')
  // Five of each of 50 rules, and a sixth of all that no rule looks at.
  expect(kept.length).toBe(50 * 5 + many.filter((_, at) => at % 60 >= 50).length)
})
