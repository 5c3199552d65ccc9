import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { permissions } from '../aws/permissions.ts'
import { controls } from './index.ts'
import { controlReadme } from './readme.ts'

const folders = readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)

test('every folder is a control of that id, and the other way round', () => {
  expect(controls.map(({ id }) => id).sort()).toEqual(folders.sort())
})

test('every folder has the same three files', () => {
  for (const folder of folders) {
    expect(readdirSync(join(import.meta.dirname, folder)).sort()).toEqual([
      'README.md',
      'control.test.ts',
      'control.ts',
    ])
  }
})

test.each(controls.map((control) => [control.id, control] as const))('%s has its words', (id, control) => {
  const { title, why, fix, needs, mappings } = control
  for (const sentence of [title, why, fix]) expect(sentence).toMatch(/^[A-Z].*[a-z.*]$/)
  expect(title).not.toMatch(/\.$/)
  const allowed = permissions.audit.map(({ action }) => action)
  expect(needs.filter((action) => !allowed.includes(action))).toEqual([])
  const readme = controlReadme(id)
  expect(readme).toMatch(new RegExp(`^# ${id}\n`))
  for (const heading of ['Why it matters', 'How to fix it', 'When it is a false alarm', 'Maps to']) {
    expect(readme).toContain(`\n## ${heading}\n`)
  }
  for (const word of ['CloudFormation', 'Terraform', 'Console']) expect(readme).toContain(word)
  const mapped = mappings.map(({ framework, ids }) => `${framework} ${ids.join(', ')}`)
  for (const line of mapped) expect(readme.replace(/\s+/g, ' ')).toContain(line)
  expect(readme.split('\n').filter((line) => line.length > 100)).toEqual([])
})

test('the audit asks for no permission that no control needs', () => {
  const needed = new Set(controls.flatMap(({ needs }) => needs))
  const idle = permissions.audit.map(({ action }) => action).filter((action) => !needed.has(action))
  expect(idle).toEqual([])
})
