import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { AuditReport } from '../../audit/audit.ts'
import { withFrameworks } from '../../audit/by-framework.ts'
import type { Finding } from '../../controls/control.ts'
import { denied, inventory, repository } from '../../controls/inventory.fixture.ts'
import { judgeSome as judge } from '../judge-some.fixture.ts'
import { controlBytes, hostileExamples, hostileText, reportWith } from './hostile.fixture.ts'
import { html } from './html.ts'
import { mostRows } from './html-findings.ts'

const options = { version: '1.2.3' }
const found = inventory({
  replication: denied,
  repositories: { ok: [repository({ tagMutability: { mode: 'MUTABLE', exclusions: [] } })] },
})
const report = judge(found)
const page = html(report, options)

function contents(text: string, element: string): string[] {
  return [...text.matchAll(new RegExp(`<${element}[^>]*>([\\s\\S]*?)</${element}>`, 'g'))].map(
    ([, inner]) => inner ?? '',
  )
}

test('the policy allows exactly the one script and the one style of the page, and no network', () => {
  const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(page)?.[1]
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
  const [script, ...scripts] = contents(page, 'script')
  const [style, ...styles] = contents(page, 'style')
  expect([scripts, styles]).toEqual([[], []])
  expect(policy?.split('; ')).toEqual([
    "default-src 'none'",
    `script-src ${hash(script ?? '')}`,
    `style-src ${hash(style ?? '')}`,
    "base-uri 'none'",
    "form-action 'none'",
  ])
  expect(page).not.toMatch(/(src|href|action|data|srcset|poster)="(?!#)/)
  expect(page).not.toMatch(/url\(|@import|https?:/)
})

test('says that it is simulated, what failed, why and what to do', () => {
  expect(page).toContain('<title>Simulated: audit of ecr://')
  expect(page).toContain('<p class="simulated">Simulated: this registry is a sandbox')
  expect(page).toMatch(
    /data-status="fail" data-severity="medium" data-control="tag-immutability" data-repository="shop\/api"/,
  )
  expect(page).toContain(
    '<p>Any push may move an existing tag.</p><p><strong>To do:</strong> Set tag immutability',
  )
  expect(page.indexOf('data-status="fail"')).toBeLessThan(page.indexOf('data-status="unknown"'))
  expect(html({ ...report, simulated: false }, options)).not.toMatch(/class="simulated">Simulated/)
})

test('every filter and every heading of a column has a name, and the page a language', () => {
  expect(page).toContain('<html lang="en">')
  for (const name of ['Status', 'Severity', 'Control', 'Repository', 'Text'])
    expect(page).toContain(`<label>${name}<`)
  expect(page.match(/<th(?! scope="col")[ >]/g)).toBeNull()
  expect(page).not.toMatch(/ (style|on[a-z]+)="/)
})

test('waivers have a section with who, why, until when and what they are worth', () => {
  const waiver = { owner: 'ops', reason: 'A mirror.', expires: '2026-06-10', control: 'tag-immutability' }
  const waived = html(judge(found, { waivers: [{ ...waiver, resource: 'shop/*' }] }), options)
  expect(page).not.toContain('<h2>Waivers</h2>')
  expect(waived).toContain(
    '<tr><td class="fixed expiring">expiring</td><td>tag-immutability</td><td>shop/*</td>',
  )
  expect(waived).toContain('<td>ops</td><td>A mirror.</td><td>2026-06-10</td><td>1</td></tr>')
  expect(waived).toContain('<p>Accepted by ops until 2026-06-10: A mirror.</p>')
})

test('frameworks have a section each, requirement by requirement', () => {
  const text = html(withFrameworks(report, ['fsbp', 'soc-2']), options)
  expect(text).toContain(
    '<tr><td class="fixed fail">fail</td><td>ECR.2</td><td>tags are immutable</td><td>1 fail of 1</td><td>tag-immutability</td></tr>',
  )
  expect(text).toContain('<h2>SOC 2, Trust Services Criteria of 2017</h2>')
})

test('a score is shown where the report has one', () => {
  const shown = (more: Pick<AuditReport, 'score'>) => {
    const { score: _, ...rest } = report
    return /([\d.]+ of 100)<\/strong>score/.exec(html({ ...rest, ...more }, options))?.[1]
  }
  expect(shown({})).toBeUndefined()
  expect(shown({ score: { value: 61.3, lost: [], notCounted: 0 } })).toBe('61.3 of 100')
})

test('a page of very many findings leaves out the mildest and says so', () => {
  const [finding] = report.findings as [Finding]
  const findings = Array.from({ length: mostRows + 3 }, () => finding)
  const long = html({ ...report, findings }, options)
  expect(long.match(/<tr data-/g)).toHaveLength(mostRows)
  expect(long).toContain('3 more findings are left out')
})

const tag =
  /<\/?(html|head|meta|title|body|a|header|h1|h2|code|p|main|ul|li|strong|section|form|label|select|option|input|datalist|button|table|thead|tbody|tr|th|td|details|summary|pre|footer)((?: [a-z-]+(?:="[^"<>]*")?)*)>/g

test('hostile names make no element, no attribute and no control byte', () => {
  const elements = (text: string) => text.match(tag)?.length
  const usual = elements(html(withFrameworks(reportWith('shop'), ['fsbp']), options)) ?? 0
  fc.assert(
    fc.property(hostileText, (name) => {
      const text = html(withFrameworks(reportWith(name), ['fsbp']), options)
      expect(controlBytes.test(text)).toBe(false)
      expect(contents(text, 'script')).toHaveLength(1)
      const bare = text
        .replace('<!doctype html>', '')
        .replace(/<(script|style)>[\s\S]*?<\/\1>/g, '')
        .replace(/<meta http-equiv[^>]+>/, '')
      expect(bare.replace(tag, '')).not.toMatch(/[<>]/)
      expect(Math.abs((elements(text) ?? 0) - usual)).toBeLessThan(120)
      for (const [, , attributes = ''] of bare.matchAll(tag)) {
        expect(attributes).not.toMatch(/ (on[a-z]+|style|src)="| href="(?!#findings-title")/)
      }
    }),
    { examples: hostileExamples, numRuns: 100 },
  )
})
