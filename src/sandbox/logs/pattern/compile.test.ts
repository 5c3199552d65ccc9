import { expect, test } from 'vitest'
import { AwsError } from '../../http.ts'
import { compilePattern } from './compile.ts'

const event = {
  eventSource: 'ecr.amazonaws.com',
  eventName: 'DeleteRepository',
  errorCode: 'AccessDenied',
  userIdentity: { type: 'Root', session: null },
  readOnly: false,
  count: 5,
  resources: [{ ARN: 'arn:one' }, { ARN: 'arn:two' }],
  'odd.name': 'x',
}

test.each<[string, boolean]>([
  ['{ $.eventName = "DeleteRepository" }', true],
  ['{ $.eventName = DeleteRepository }', true],
  ['{ $.eventName = "Delete*" }', true],
  ['{ $.eventName = *Repository }', true],
  ['{ $.eventName = "Delete" }', false],
  ['{$.eventName="DeleteRepository"}', true],
  ['{ ($.eventSource = "ecr.amazonaws.com") && ($.errorCode = "AccessDenied*") }', true],
  ['{ $.errorCode = "A*" && $.errorCode = "B*" }', false],
  ['{ $.errorCode = "B*" || $.errorCode = "A*" && $.count = 5 }', true],
  ['{ ($.errorCode = "A*" || $.errorCode = "B*") && $.count = 6 }', false],
  ['{ $.count >= 5 && $.count < 6 && $.count != 4 }', true],
  ['{ $.count > 5e0 }', false],
  ['{ $.eventName > 5 }', false],
  ['{ $.readOnly IS FALSE }', true],
  ['{ $.readOnly = false }', true],
  ['{ $.userIdentity.session IS NULL }', true],
  ['{ $.userIdentity.invokedBy NOT EXISTS }', true],
  ['{ $.userIdentity.type NOT EXISTS }', false],
  ['{ $.nothing != "x" }', false],
  ['{ $.eventName != "PutImage" }', true],
  ['{ $.resources[1].ARN = "arn:two" }', true],
  ['{ $.resources[*].ARN = "arn:two" }', true],
  ['{ $.resources[0].ARN = "arn:two" }', false],
  [`{ $['odd.name'] = "x" }`, true],
  ['{ $.eventName = %^Delete(Repository|Image)$% }', true],
  ['{ $.eventName != %^Put% }', true],
  ['', true],
  ['AccessDenied', true],
  ['AccessDenied Root', true],
  ['AccessDenied -Root', false],
  ['?Nobody ?Root', true],
  ['"ecr.amazonaws.com"', true],
  ['%Delete[A-Z]%', true],
])('%s: %s', (pattern, expected) => {
  const matcher = compilePattern(pattern)
  expect(matcher).toBeTypeOf('function')
  if (matcher !== 'words') expect(matcher(JSON.stringify(event)) !== undefined).toBe(expected)
})

test('what was looked at is told, and a text that is not JSON fits nothing', () => {
  const matcher = compilePattern('{ $.eventName = "*" && $.userIdentity.type = "Root" && $.no NOT EXISTS }')
  if (matcher === 'words') return expect.fail('it is a pattern for JSON')
  expect(matcher(JSON.stringify(event))).toEqual({
    '$.eventName': 'DeleteRepository',
    '$.userIdentity.type': 'Root',
  })
  expect(matcher('DeleteRepository by Root')).toBeUndefined()
})

test.each([
  '{ $.a = }',
  '{ $.a = "x" ',
  '{ $.a = "x" } more',
  '{ a = "x" }',
  '{ ($.a = "x" }',
  '{ $.a ~ "x" }',
  '{ $.a IS MAYBE }',
  '{ $.a > "x" }',
  '{ $.a = %(% }',
  '{ }',
  '[a, b',
  'a(b)',
  '"open',
])('%s is no pattern', (pattern) => {
  expect(() => compilePattern(pattern)).toThrow(AwsError)
})

test('words in brackets are a pattern', () => {
  expect(compilePattern('[ip, user, ...]')).toBe('words')
})
