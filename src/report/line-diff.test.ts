import fc from 'fast-check'
import { expect, test } from 'vitest'
import { diffLines } from './line-diff.ts'

const shown = (before: string, after: string, around = 2) =>
  diffLines([...before], [...after], { around })
    .map(({ sign, text }) => `${sign}${text}`)
    .join(' ')

test.each([
  ['', '', ''],
  ['a', 'a', ''],
  ['', 'a', '+a'],
  ['a', '', '-a'],
  ['a', 'b', '-a +b'],
  ['abcde', 'abXde', ' a  b -c +X  d  e'],
  ['abcdefg', 'Xbcdefg', '-a +X  b  c'],
  ['abcdefghi', 'Xbcdefghi', '-a +X  b  c'],
  ['abcdefghi', 'abcdefghX', ' g  h -i +X'],
  ['abcdefghi', 'XbcdefghY', '-a +X  b  c ~  g  h -i +Y'],
  ['abcd', 'abcd\n', ' c  d +\n'],
])('%j -> %j', (before, after, wanted) => {
  expect(shown(before, after)).toBe(wanted)
})

test('both texts can be read from it', () => {
  const lines = fc.array(fc.constantFrom('a', 'b', 'c', '{', '}'), { maxLength: 12 })
  fc.assert(
    fc.property(lines, lines, (before, after) => {
      const all = diffLines(before, after, { around: 99 })
      const changed = before.join('\n') !== after.join('\n')
      const side = (own: string) =>
        all.filter(({ sign }) => sign === ' ' || sign === own).map(({ text }) => text)
      expect(side('-')).toEqual(changed ? before : [])
      expect(side('+')).toEqual(changed ? after : [])
    }),
  )
})
