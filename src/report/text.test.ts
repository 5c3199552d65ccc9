import fc from 'fast-check'
import { expect, test } from 'vitest'
import { plainText, table } from './text.ts'
import { displayWidth, wrap } from './wrap.ts'

const anyText = fc.string({ unit: 'binary' })

test.each([
  ['shop/api', 'shop/api'],
  ['größe 日本 🚢', 'größe 日本 🚢'],
  ['\u001b[31mred\u001b[0m', '\\x1b[31mred\\x1b[0m'],
  ['one\r\ntwo\tthree', 'one\\x0d\\x0atwo\\x09three'],
  ['\u009b2J', '\\x9b2J'],
  ['safe\u202egnp.exe', 'safe\\u{202e}gnp.exe'],
  ['ze\u200bro', 'ze\\u{200b}ro'],
  ['tag\u{e0041}', 'tag\\u{e0041}'],
  ['line\u2028break', 'line\\u{2028}break'],
  ['half\ud800', 'half\\u{d800}'],
  ['::add-mask::shop', ':\\x3aadd-mask::shop'],
  ['::error file=a,line=1::shop', ':\\x3aerror file=a,line=1::shop'],
  ['::Group::debug::c', ':\\x3aGroup:\\x3adebug::c'],
  ['x ##[group]y', 'x #\\x23[group]y'],
  ['arn:aws:iam::111122223333:role/x', 'arn:aws:iam::111122223333:role/x'],
  ['arn:aws:iam::aws:policy/x', 'arn:aws:iam::aws:policy/x'],
  ['AWS::ECR::Repository', 'AWS::ECR::Repository'],
])('%j is shown as %s', (text, shown) => {
  expect(plainText(text)).toBe(shown)
})

test('no text can make a terminal act, whatever it holds', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const shown = plainText(text)
      expect(
        /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069]/.test(shown),
      ).toBe(false)
      expect(plainText(shown)).toBe(shown)
      expect(/\p{Cs}/u.test(shown)).toBe(false)
    }),
  )
})

test('columns are aligned and the last one has no padding', () => {
  const rows = [
    ['NAME', 'SIZE', 'WHAT'],
    ['shop/api', '1', 'x'],
    ['日本', '22', 'yy'],
  ]
  expect(table(rows, { indent: 2 })).toBe(
    ['  NAME      SIZE  WHAT', '  shop/api  1     x', '  日本      22    yy'].join('\n'),
  )
})

test('what does not fit is wrapped inside its column', () => {
  const text = table([['shop/api', 'one two three four five six']], { width: 24 })
  expect(text).toBe(['shop/api  one two three', '          four five six'].join('\n'))
})

test('no line is wider than the width, and nothing is lost', () => {
  const cell = fc.string({ unit: 'grapheme', maxLength: 80 })
  fc.assert(
    fc.property(fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { maxLength: 6 }), (rows) => {
      const lines = table(rows, { width: 80 }).split('\n')
      for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(80)
      const visible = (text: string) => [...text.replaceAll(' ', '')].sort().join('')
      expect(visible(lines.join(''))).toBe(visible(rows.flat().map(plainText).join('')))
    }),
  )
})

test('paint sees each piece of text with its place', () => {
  const painted = table([['a', 'b']], { paint: (text, { column }) => (column === 1 ? `<${text}>` : text) })
  expect(painted).toBe('a  <b>')
})

test.each([
  ['', 5, ['']],
  ['one two', 3, ['one', 'two']],
  ['abcdefgh', 3, ['abc', 'def', 'gh']],
  ['a  b', 10, ['a  b']],
])('wrap(%j, %i)', (text, width, lines) => {
  expect(wrap(text, width)).toEqual(lines)
})
