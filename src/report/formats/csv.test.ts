import fc from 'fast-check'
import { expect, test } from 'vitest'
import { account, inventory, repository } from '../../controls/inventory.fixture.ts'
import { judgeSome as judge } from '../judge-some.fixture.ts'
import { csv } from './csv.ts'
import { controlBytes, hostileExamples, hostileText, reportWith } from './hostile.fixture.ts'

const options = { version: '1.2.3' }

/** RFC 4180, read strictly: what is not allowed throws. */
function parse(text: string, separator = ','): string[][] {
  const rows: string[][] = []
  let at = 0
  while (at < text.length) {
    const row: string[] = []
    for (;;) {
      const [cell, end] = cellAt(text, at, separator)
      row.push(cell)
      at = end + 1
      if (text[end] === separator) continue
      if (text.slice(end, end + 2) !== '\r\n') throw new Error(`no end of line at ${end}`)
      at = end + 2
      break
    }
    rows.push(row)
  }
  return rows
}

function cellAt(text: string, start: number, separator: string): [string, number] {
  if (text[start] !== '"') {
    let end = start
    while (end < text.length && text[end] !== separator && text[end] !== '\r') {
      if (text[end] === '"') throw new Error(`a quote inside at ${end}`)
      end++
    }
    return [text.slice(start, end), end]
  }
  let cell = ''
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] !== '"') cell += text[at]
    else if (text[at + 1] === '"') cell += text[at++]
    else return [cell, at + 1]
  }
  throw new Error('no closing quote')
}

test('a line for each finding, the gravest first', () => {
  const report = judge(
    inventory({ repositories: { ok: [repository({ tagMutability: { mode: 'MUTABLE', exclusions: [] } })] } }),
  )
  const [header, first, ...more] = parse(csv(report, options))
  expect(Object.fromEntries((header ?? []).map((name, at) => [name, first?.[at]]))).toEqual({
    status: 'fail',
    severity: 'medium',
    control: 'tag-immutability',
    title: 'Image tags cannot be overwritten',
    account,
    region: 'eu-west-1',
    repository: 'shop/api',
    resource: `arn:aws:ecr:eu-west-1:${account}:repository/shop/api`,
    reason: 'Any push may move an existing tag.',
    to_do: expect.stringContaining('IMMUTABLE'),
    requirements: expect.stringContaining('FSBP ECR.2; '),
    waiver_owner: '',
    waiver_reason: '',
    waiver_expires: '',
    collected_at: report.collectedAt,
    simulated: 'true',
  })
  expect(more).toHaveLength(report.findings.length - 1)
})

const starts = /^\s*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/u

test('no cell is a formula and no name makes a cell, whatever the separator of the reader is', () => {
  fc.assert(
    fc.property(hostileText, (name) => {
      const report = reportWith(name)
      const text = csv(report, options)
      expect(controlBytes.test(text.replaceAll('\r\n', ''))).toBe(false)
      const rows = parse(text)
      expect(rows).toHaveLength(report.findings.length + 1)
      for (const row of rows) {
        expect(row).toHaveLength(16)
        expect(row.filter((cell) => starts.test(cell))).toEqual([])
      }
      for (const line of text.split('\r\n')) {
        for (const cell of line.split(/[;|]/)) expect(cell.replace(/^[\s"]+/, '')).not.toMatch(starts)
      }
    }),
    { examples: hostileExamples, numRuns: 200 },
  )
})
