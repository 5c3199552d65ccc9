import { expect, test } from 'vitest'
import { controls } from '../controls/index.ts'
import { frameworks } from './index.ts'

const listed = frameworks.flatMap(({ name, requirements }) =>
  requirements.flatMap((requirement) =>
    requirement.controls.map((control) => `${name} ${requirement.id} -> ${control}`),
  ),
)
const mapped = controls.flatMap(({ id, mappings }) =>
  mappings.flatMap(({ framework, ids }) => ids.map((requirement) => `${framework} ${requirement} -> ${id}`)),
)

test('every control id that a framework lists exists', () => {
  const known = new Set(controls.map(({ id }) => id))
  const strangers = frameworks
    .flatMap(({ requirements }) => requirements.flatMap((requirement) => requirement.controls))
    .filter((id) => !known.has(id))
  expect(strangers).toEqual([])
})

test('frameworks and controls say the same', () => {
  expect([...listed].sort()).toEqual([...mapped].sort())
})

test('no requirement is listed twice or without a title', () => {
  for (const { requirements } of frameworks) {
    const ids = requirements.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(requirements.filter(({ title }) => title === '')).toEqual([])
  }
})
