import { expect, test } from 'vitest'
import { controls } from '../controls/index.ts'
import { frameworks, requirementsOf } from './index.ts'

const mapped = controls.flatMap(({ id, mappings }) =>
  mappings.flatMap(({ framework, ids }) => ids.map((requirement) => ({ id, framework, requirement }))),
)

test('every requirement that a control is mapped to is one of its framework', () => {
  const known = new Map(frameworks.map(({ name, requirements }) => [name, Object.keys(requirements)]))
  const strangers = mapped.filter(
    ({ framework, requirement }) => !known.get(framework)?.includes(requirement),
  )
  expect(strangers).toEqual([])
})

test('every framework has requirements, and every requirement that is shown its controls', () => {
  const shown = frameworks.flatMap((framework) =>
    requirementsOf(framework).flatMap((requirement) =>
      requirement.controls.map((control) => `${framework.name} ${requirement.id} -> ${control}`),
    ),
  )
  expect(shown.sort()).toEqual(
    mapped.map(({ id, framework, requirement }) => `${framework} ${requirement} -> ${id}`).sort(),
  )
  for (const framework of frameworks) expect(requirementsOf(framework)).not.toEqual([])
})

test('no control names a framework twice, or a requirement twice', () => {
  for (const { id, mappings } of controls) {
    const names = mappings.map(({ framework }) => framework)
    expect([id, new Set(names).size]).toEqual([id, names.length])
    for (const { ids } of mappings) expect([id, new Set(ids).size]).toEqual([id, ids.length])
  }
})

test('ids and names are unique, and every requirement has a few words', () => {
  expect(new Set(frameworks.map(({ id }) => id)).size).toBe(frameworks.length)
  expect(new Set(frameworks.map(({ name }) => name)).size).toBe(frameworks.length)
  for (const { id, requirements } of frameworks) {
    expect(id).toMatch(/^[a-z0-9-]+$/)
    for (const title of Object.values(requirements)) expect(title).toMatch(/^[a-zA-Z].*[a-zA-Z]$/)
  }
})
