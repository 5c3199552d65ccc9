import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { referencePages } from '../src/cli/reference-pages.ts'
import { controls } from '../src/controls/index.ts'

const root = join(import.meta.dirname, '..')
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
]

test.each(Object.entries(referencePages()))('%s agrees with the code (npm run docs)', (path, text) => {
  expect(readFileSync(join(root, path), 'utf8')).toBe(text)
})

test.each(pages)('%s: every link to a file of ours leads somewhere', (page) => {
  const text = readFileSync(join(root, page), 'utf8')
  const links = [...text.matchAll(/\]\(([^)#\s]+)(#[^)]*)?\)/g)].map((match) => match[1] ?? '')
  const missing = links.filter(
    (link) => !/^[a-z]+:/.test(link) && !existsSync(join(root, dirname(page), link)),
  )
  expect(missing).toEqual([])
})

test('docs/audit.md lists every control with its severity', () => {
  const text = readFileSync(join(root, 'docs/audit.md'), 'utf8')
  const rows = [...text.matchAll(/^\| \[([a-z-]+)\]\([^)]+\) \| (\w+) \|/gm)].map(([, id, severity]) => [
    id,
    severity,
  ])
  expect(rows).toEqual(controls.map(({ id, severity }) => [id, severity]))
})
