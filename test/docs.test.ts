import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { controlFolder } from '../src/cli/control-pages.ts'
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

test('there is a page for every control, and none besides', () => {
  const made = Object.keys(referencePages()).filter((path) => dirname(path) === controlFolder)
  const there = readdirSync(join(root, controlFolder)).map((name) => `${controlFolder}/${name}`)
  expect(there.sort()).toEqual(made.sort())
  expect(made).toHaveLength(controls.length + 1)
})

test('the index of controls names each with its severity', () => {
  const sections = readFileSync(join(root, controlFolder, 'README.md'), 'utf8')
    .split(/^## /m)
    .slice(1)
  const rows = sections.flatMap((section) => {
    const severity = section.split('\n')[0]?.toLowerCase()
    return [...section.matchAll(/^\| \[([a-z0-9-]+)\]/gm)].map(([, id]) => `${id} ${severity}`)
  })
  expect(rows.sort()).toEqual(controls.map(({ id, severity }) => `${id} ${severity}`).sort())
})
