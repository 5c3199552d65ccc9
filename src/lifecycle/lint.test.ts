import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { policyText } from './images.fixture.ts'
import { jsonPlaces } from './json-places.ts'
import { lintLifecycle } from './lint.ts'
import { parseLifecycle } from './parse.ts'

const found = (text: string) => {
  const { accepted, findings } = lintLifecycle(text)
  return { accepted, codes: findings.map(({ code, path }) => `${code} ${path}`.trim()) }
}

describe('what ECR refuses', () => {
  test.each<[string, string, string[]]>([
    ['nothing', '', ['text-too-short', 'not-json']],
    ['no JSON', 'x'.repeat(100), ['not-json']],
    ['too long', policyText('any count>5').padEnd(30_721), ['text-too-long']],
    ['deeper than any policy', `${'['.repeat(15_000)}${']'.repeat(15_000)}`, ['not-json']],
    ['a list', `[${' '.repeat(100)}]`, ['wrong-type']],
    ['no rules', `{"rules":[]${' '.repeat(100)}}`, ['no-rules rules']],
    ['rules of another kind', `{"rules":7${' '.repeat(100)}}`, ['wrong-type rules']],
    ['pulled and expired (L20)', policyText('any pulled>30'), ['action-not-allowed rules[0].action.type']],
    [
      'any before tagged (L22)',
      policyText('any count>5', 'tagged[v*] count>5'),
      ['any-not-last rules[0].rulePriority'],
    ],
    ['untagged twice', policyText('untagged count>5', 'untagged pushed>9'), ['untagged-twice rules[1]']],
    [
      'one list twice',
      policyText('tagged[a*,b*] count>5', 'tagged[b*,a*] count>6'),
      ['duplicate-tag-list rules[1].selection'],
    ],
    [
      'five wildcards',
      policyText('tagged[*a*b*c*d*] count>5', 'untagged pushed>9'),
      ['too-many-wildcards rules[0].selection.tagPatternList[0]'],
    ],
    [
      '51 rules',
      policyText(...Array.from({ length: 51 }, (_, at) => `tagged[v${at}] count>1`)),
      ['too-many-rules rules'],
    ],
    [
      'capital words, a unit with a count, no priority (ecr-facts 9 b)',
      '{"rules":[{"selection":{"tagStatus":"UNTAGGED","countType":"IMAGE_COUNT_MORE_THAN","countNumber":30,"countUnit":"DAYS"}}]}',
      [
        'missing-member rules[0]',
        'missing-member rules[0]',
        'unknown-value rules[0].selection.tagStatus',
        'unknown-value rules[0].selection.countType',
        'unknown-value rules[0].selection.countUnit',
      ],
    ],
    [
      'a future member',
      policyText('any count>5').replace('"countType"', '"newThing":1,"countType"'),
      ['unknown-member rules[0].selection.newThing'],
    ],
  ])('%s', (_name, text, codes) => {
    expect(found(text)).toEqual({ accepted: false, codes })
  })

  test('says how a word is written, and on which line', () => {
    const text = JSON.stringify(JSON.parse(policyText('any count>5')), null, 2).replace('"any"', '"ANY"')
    const [finding] = lintLifecycle(text).findings
    expect(finding).toMatchObject({ path: 'rules[0].selection.tagStatus', line: 6 })
    expect(finding?.text).toContain('Write it as any.')
    const [broken] = lintLifecycle(text.replace('"action": {', '"action": {,')).findings
    expect(broken).toMatchObject({ code: 'not-json', line: 10 })
  })
})

describe('what ECR accepts and is not what it looks like', () => {
  test.each<[string, string[], string[]]>([
    ['fine', ['tagged[v*] count>20', 'untagged pushed>14'], []],
    [
      'AND, not OR (L17)',
      ['tagged[prod*,staging*] count>9', 'untagged pushed>14'],
      ['list-means-and rules[0].selection.tagPatternList'],
    ],
    [
      'a wildcard in a prefix',
      ['tagged{prod*} count>9', 'untagged pushed>14'],
      ['never-matches rules[0].selection.tagPrefixList[0]'],
    ],
    [
      'a tag that cannot be',
      ['tagged[v1/*] count>9', 'untagged pushed>14'],
      ['never-matches rules[0].selection.tagPatternList[0]'],
    ],
    [
      'a tag that begins with a dash',
      ['tagged[-*] count>9', 'untagged pushed>14'],
      ['never-matches rules[0].selection.tagPatternList[0]'],
    ],
    [
      'an exact tag (L15)',
      ['tagged[prod] pushed>10', 'untagged pushed>14'],
      ['exact-tag rules[0].selection.tagPatternList[0]', 'age-takes-newest rules[0].selection.countNumber'],
    ],
    [
      'a rule behind a wider one',
      ['tagged[v*] count>9', 'tagged[v1.*] count>5', 'untagged pushed>14'],
      ['never-acts rules[1]'],
    ],
    ['a rule beside another', ['tagged[v1.*] count>9', 'tagged[v*] count>5', 'untagged pushed>14'], []],
    [
      'AND is narrower',
      ['tagged[v*] count>9', 'tagged[v*,*-x] count>5', 'untagged pushed>14'],
      ['list-means-and rules[1].selection.tagPatternList', 'never-acts rules[1]'],
    ],
    [
      'a prefix behind a pattern',
      ['tagged[rel*] count>9', 'tagged{rel-} count>5', 'untagged pushed>14'],
      ['never-acts rules[1]'],
    ],
    [
      'any with nothing left',
      ['tagged[*] count>9', 'untagged pushed>14', 'any pushed>300'],
      ['never-acts rules[2]', 'age-takes-newest rules[2].selection.countNumber'],
    ],
    ['untagged too soon (L18)', ['untagged pushed>3'], ['untagged-too-soon rules[0].selection.countNumber']],
    ['a count of parts (L14)', ['any count>2'], ['count-counts-parts rules[0].selection.countNumber']],
    ['a shield is no count', ['any count>9999'], []],
    [
      'archived for ever',
      ['any pulled>90 archive'],
      ['pulled-is-not-used rules[0].selection', 'archive-stays rules'],
    ],
    [
      'archived, then expired (L10)',
      ['any pushed>30 archive', 'any class=archive transitioned>365'],
      ['age-takes-newest rules[0].selection.countNumber'],
    ],
    ['nothing for untagged', ['tagged[v*] count>9'], ['untagged-uncovered rules']],
  ])('%s', (_name, lines, codes) => {
    const { accepted, codes: all } = found(policyText(...lines))
    expect(accepted).toBe(true)
    expect([...all].sort()).toEqual([...codes].sort())
  })

  test('a key twice', () => {
    const text = policyText('untagged pushed>14').replace(
      '"countNumber":14',
      '"countNumber":1,"countNumber":14',
    )
    expect(found(text)).toEqual({ accepted: true, codes: ['duplicate-key rules[0].selection.countNumber'] })
  })
})

describe('any text', () => {
  test('the places agree with JSON.parse on what is JSON', () => {
    const mangled = fc
      .tuple(
        fc.json({ maxDepth: 4 }),
        fc.nat(),
        fc.constantFrom('', ',', '{', ']', '"', ':', '1', ' ', 'null', '\\'),
      )
      .map(([text, at, piece]) => {
        const place = at % (text.length + 1)
        return piece === '' ? text : text.slice(0, place) + piece + text.slice(place + (at % 2))
      })
    fc.assert(
      fc.property(mangled, (text) => {
        expect(jsonPlaces(text).brokenLine === undefined).toBe(isJson(text))
      }),
      { numRuns: 2000 },
    )
  })

  test('never crashes', () => {
    const rule = fc.record(
      {
        rulePriority: fc.anything(),
        description: fc.anything(),
        selection: fc.oneof(
          fc.anything(),
          fc.dictionary(
            fc.constantFrom('tagStatus', 'tagPatternList', 'tagPrefixList', 'countType', '__proto__', 'x'),
            fc.anything(),
          ),
        ),
        action: fc.anything(),
      },
      { requiredKeys: [] },
    )
    const document = fc.oneof(fc.anything(), fc.record({ rules: fc.oneof(fc.anything(), fc.array(rule)) }))
    fc.assert(
      fc.property(document, (value) => {
        const text =
          JSON.stringify(value, (_key, member: unknown) =>
            typeof member === 'bigint' ? Number(member) : member,
          ) ?? ''
        lintLifecycle(text)
        parseLifecycle(text)
      }),
    )
    fc.assert(fc.property(fc.string(), (text) => void [lintLifecycle(text), parseLifecycle(text)]))
  })

  test('bombs are words, not crashes', () => {
    const deep = `{"rules":${'[{"selection":'.repeat(2000)}`
    const wide = policyText(...Array.from({ length: 2000 }, () => 'any count>5'))
    for (const text of [deep, wide, '{"rules":'.padEnd(40_000_000, '['), '['.repeat(30_000)]) {
      expect(lintLifecycle(text).accepted).toBe(false)
      parseLifecycle(text)
    }
    expect(parseLifecycle(' '.repeat(2_000_000))).toEqual({
      unreadable: expect.stringContaining('far longer'),
    })
  })
})

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
