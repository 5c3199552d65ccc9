import fc from 'fast-check'
import { expect, test } from 'vitest'
import { withFrameworks } from '../../audit/by-framework.ts'
import type { Finding } from '../../controls/control.ts'
import { denied, inventory, repository } from '../../controls/inventory.fixture.ts'
import { judgeSome as judge } from '../judge-some.fixture.ts'
import { controlBytes, hostileExamples, hostileText, reportWith } from './hostile.fixture.ts'
import { markdown, mostBytes } from './markdown.ts'
import { markdownText } from './markdown-escape.ts'

const options = { version: '1.2.3' }
const mutable = { mode: 'MUTABLE', exclusions: [] }
const report = judge(
  inventory({
    replication: denied,
    repositories: {
      ok: [repository({ tagMutability: mutable }), repository({ name: 'b', tags: { ok: {} } })],
    },
  }),
)

test('the gravest first, then each control with what to do', () => {
  expect(markdown(report, options)).toMatchInlineSnapshot(`
    "# Holdfast audit

    **Simulated**: this registry is a sandbox, not a real one.

    \`ecr://111122223333/eu-west-1\`, 2026-06-01T12:00:00.000Z: 2 repositories; 19 pass, 2 fail (1 medium, 1 low), 1 unknown, 0 not applicable.

    | Severity | Control | Where | What is wrong |
    | --- | --- | --- | --- |
    | medium | \`tag-immutability\` | \`shop/api\` | Any push may move an existing tag. |
    | low | \`owner-tag\` | \`b\` | No resource tag names an owner (owner, team, contact or maintainer). |

    ## Fail, medium: Image tags cannot be overwritten

    \`tag-immutability\`, 1 finding. To do: Set tag immutability to IMMUTABLE, or to IMMUTABLE&#95;WITH&#95;EXCLUSION with the few tags that must move.

    | Where | Why |
    | --- | --- |
    | \`shop/api\` | Any push may move an existing tag. |

    ## Fail, low: The repository says who owns it

    \`owner-tag\`, 1 finding. To do: Add the resource tag owner with a team that can be reached.

    | Where | Why |
    | --- | --- |
    | \`b\` | No resource tag names an owner (owner, team, contact or maintainer). |

    ## Unknown: Images are replicated to another Region or account that is trusted, and arrive

    \`replication-configured\`, 1 finding.

    | Where | Why |
    | --- | --- |
    | \`the registry\` | AccessDeniedException: needs ecr:Something |
    "
  `)
})

test('what is waived says by whom and why', () => {
  const findings = report.findings.map((finding) =>
    finding.status === 'fail'
      ? { ...finding, status: 'waived', waiver: { owner: 'ops', reason: 'Later.' } }
      : finding,
  ) as Finding[]
  expect(markdown({ ...report, findings }, options)).toContain(
    '| `shop/api` | Any push may move an existing tag. Accepted by ops: Later. |',
  )
})

test('frameworks come with their requirements', () => {
  expect(markdown(withFrameworks(report, ['fsbp']), options)).toContain(
    '| fail | ECR.2 | tags are immutable | 1 fail of 2 | tag-immutability |',
  )
})

test('ends below the limit, and says what was cut', () => {
  const fail = report.findings.find(({ status }) => status === 'fail')
  if (!fail) throw new Error('no fail')
  const many: Finding[] = Array.from({ length: 30_000 }, (_, at) => ({ ...fail, repository: `größe/r${at}` }))
  const text = markdown({ ...report, findings: many }, options)
  expect(Buffer.byteLength(text)).toBeLessThan(mostBytes)
  expect(Buffer.byteLength(text)).toBeGreaterThan(mostBytes * 0.9)
  const [, shown, total] = /\*\*Cut here\*\*: (\d+) of (\d+) findings/.exec(text) ?? []
  expect(Number(total)).toBe(30_000)
  expect(text.match(/^\| `größe\/r\d+` \| Any/gm)).toHaveLength(Number(shown))
})

test.each([
  ['a_b*c', 'a&#95;b&#42;c'],
  ['<b>', '&#60;b&#62;'],
  ['[x](javascript:y)', '&#91;x&#93;(javascript:y)'],
  ['a|b', 'a&#124;b'],
  ['@octocat #1', '<code>@</code>octocat <code>#</code>1'],
  ['https://x.invalid www.x.invalid', 'https&#58;&#47;/x.invalid www&#46;x.invalid'],
])('%s is written %s', (text, written) => {
  expect(markdownText(text).replace('&#58;//', '&#58;&#47;/')).toBe(written)
})

/** Outside of code spans, what is left of our own markup may hold none of these. */
function outsideCode(line: string): string {
  return line.replace(/<code>[@#]<\/code>/g, '').replace(/`[^`]*`/g, '')
}

test('hostile names stay text', () => {
  const lines = (text: string) => text.split('\n').length
  const usual = lines(markdown(reportWith('shop'), options))
  fc.assert(
    fc.property(hostileText, (name) => {
      const text = markdown(reportWith(name), options)
      expect(controlBytes.test(text)).toBe(false)
      expect(Math.abs(lines(text) - usual)).toBeLessThanOrEqual(60)
      for (const line of text.split('\n')) {
        expect(line).not.toMatch(/^\s*::|##\[/)
        expect((line.match(/`/g) ?? []).length % 2).toBe(0)
        const rest = outsideCode(line)
        expect(rest).not.toMatch(/[<>[\]_~$@\\]|::|:\/\/|www\./i)
        if (rest.startsWith('|')) expect([3, 5]).toContain((rest.match(/\|/g) ?? []).length)
        else expect(rest).toMatch(/^($|# Holdfast audit$|## (Fail|Waived|Unknown)|, |\*\*Simulated)/)
      }
    }),
    { examples: hostileExamples, numRuns: 200 },
  )
})
