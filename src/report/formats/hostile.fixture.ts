import fc from 'fast-check'
import { type AuditReport, judge } from '../../audit/audit.ts'
import type { Finding } from '../../controls/control.ts'
import { inventory, repository } from '../../controls/inventory.fixture.ts'

const pieces = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<svg/onload=alert(1)>',
  '"><b x="',
  "' onmouseover='alert(1)",
  '-->',
  ']]>',
  '<![CDATA[',
  '&lt;script&gt;',
  'javascript:alert(1)',
  '[click](javascript:alert(1))',
  '![x](http://127.0.0.1/x.png)',
  '`code`',
  '``',
  '| cell |',
  '**bold** _x_ ~~y~~',
  '\n# Title\n',
  '\n\n::add-mask::secret\n',
  '::error file=a,line=1::x',
  '##[group]x',
  '@octocat',
  '#1',
  'https://example.invalid/',
  'www.example.invalid',
  '\u001b[31mred\u001b[0m',
  '\u001b]8;;http://example.invalid\u0007link\u001b]8;;\u0007',
  '\u001b]52;c;eA==\u0007',
  '\u009b2J',
  '\u202egnp.exe',
  '\u200b',
  '\ufeff',
  '\u2028',
  '\ud800',
  '\udfff',
  '\u0000',
  '\u0007',
  '\u007f',
  '\ufffe',
  '=1+1',
  '+1',
  '-1',
  '@SUM(A1)',
  '\t=1',
  '\r=1',
  ';=1+1',
  '",=1',
  '\uff1d1',
  '../../etc/passwd',
  '..',
  '//',
  '?a=b#c',
  '%2e%2e',
  'style="x"',
  '{{constructor}}',
  '\\',
]

/** Names that nobody should have: pieces that some format or its reader would act on, mixed with any text. */
export const hostileText = fc
  .array(fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: 'binary', maxLength: 30 })), {
    minLength: 1,
    maxLength: 5,
  })
  .map((parts) => parts.join(''))

/** A report of every status, with the hostile text wherever text comes from outside. */
export function reportWith(text: string): AuditReport {
  const report = judge(
    inventory({
      repositories: {
        ok: [
          repository({ name: text, tagMutability: { mode: 'MUTABLE_WITH_EXCLUSION', exclusions: [text] } }),
          repository({ name: `a/${text}`, tagMutability: { mode: text, exclusions: [] }, tags: { ok: {} } }),
        ],
      },
      replication: { error: { code: text, message: text, needs: text } },
    }),
  )
  const [first] = report.findings
  if (!first) throw new Error('no finding')
  const hostile: Finding = {
    ...first,
    resource: text,
    repository: text,
    reason: text,
    title: text,
    evidence: { [text]: [text] },
    fix: text,
  }
  const waived = {
    ...hostile,
    status: 'waived',
    waiver: { owner: text, reason: text, expires: '2026-12-31' },
  }
  const added = [{ ...hostile, status: 'fail' }, { ...hostile, status: 'unknown' }, waived] as Finding[]
  const waiver = { control: text, resource: text, owner: text, reason: text, expires: text }
  const waivers = [{ ...waiver, state: 'unused' as const, findings: 0 }]
  return { ...report, findings: [...report.findings, ...added], waivers }
}

/** Bytes that a terminal, a parser or a reader could act on; line feeds are the format's own. */
export const controlBytes =
  /[\x00-\x09\x0b-\x1f\x7f-\x9f]|[\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]|\p{Cs}/u

export const hostileExamples: [string][] = pieces.map((piece) => [piece])
