import { expect, test } from 'vitest'
import { selectNames } from './select.ts'

const names = ['shop/api', 'shop/web', 'data/etl']

function select(patterns: string[] | undefined, from = names) {
  const warnings: string[] = []
  const log = { debug: () => {}, warn: (line: string) => void warnings.push(line) }
  return { selected: selectNames(patterns, from, { where: 'ecr://x', log }), warnings }
}

test.each([
  [undefined, names],
  [[], names],
  [['shop/*'], ['shop/api', 'shop/web']],
  [
    ['data/etl', 'shop/a*'],
    ['shop/api', 'data/etl'],
  ],
])('%j', (patterns, selected) => {
  expect(select(patterns)).toEqual({ selected, warnings: [] })
})

test('a pattern that matches nothing beside others is told', () => {
  const { selected, warnings } = select(['shop/*', 'shpo/*'])
  expect(selected).toEqual(['shop/api', 'shop/web'])
  expect(warnings).toEqual(['No repository of ecr://x matches "shpo/*".'])
})

test('nothing at all is refused, naming what is there', () => {
  expect(() => select(['shpo/*'])).toThrow('No repository of ecr://x matches "shpo/*"')
  expect(() => select(['shop'])).toThrow(
    expect.objectContaining({ why: 'It has shop/api, shop/web, data/etl.' }),
  )
  expect(() => select(['a'], [])).toThrow(expect.objectContaining({ why: 'It has no repositories at all.' }))
})

test('no names and no patterns is an empty registry', () => {
  expect(select(undefined, []).selected).toEqual([])
})
