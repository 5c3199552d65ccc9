import fc from 'fast-check'
import { expect, test } from 'vitest'
import { filterMatches } from './filter-pattern.ts'
import { apiCall } from './samples.ts'

const place = { account: '111122223333', region: 'eu-west-1' }
const denied = apiCall(place, 'denied', { name: 'BatchDeleteImage', denied: 'AccessDenied' }).record
const allowed = apiCall(place, 'allowed', { name: 'SetRepositoryPolicy' }).record
const ecr = '($.eventSource = "ecr.amazonaws.com")'

test.each<[string, boolean, boolean]>([
  // The patterns of ecr-facts 5.3.
  [`{ ${ecr} && ($.errorCode = "*") }`, true, false],
  [
    `{ ${ecr} && (($.errorCode = "AccessDenied*") || ($.errorCode = "*UnauthorizedOperation")) }`,
    true,
    false,
  ],
  [`{ ${ecr} && (($.eventName = "DeleteRepository") || ($.eventName = "BatchDeleteImage")) }`, true, false],
  [`{ ${ecr} && ($.eventName = "SetRepositoryPolicy") }`, false, true],
  // Other order, spaces and quotes: people write them in every way.
  ['{($.errorCode="AccessDenied*")&&($.eventSource=ecr.amazonaws.com)}', true, false],
  ['{ $.eventName = BatchDelete* }', true, false],
  // Looks right and never matches: both cannot hold.
  ['{ ($.errorCode = "AccessDenied*") && ($.errorCode = "*UnauthorizedOperation") }', false, false],
  ['{ $.errorcode = "*" }', false, false],
  ['{ $.errorCode NOT EXISTS }', false, true],
  ['{ $.readOnly IS FALSE }', true, true],
  ['{ $.readOnly IS TRUE }', false, false],
  ['{ $.requestParameters IS NULL }', true, false],
  ['{ $.errorCode != "AccessDenied" }', false, false],
  ['{ $.eventName != "SetRepositoryPolicy" }', true, false],
  ["{ $['userIdentity'].type = AssumedRole }", true, true],
  ['{ ($.eventName = "A" || $.eventName = "B*") && $.awsRegion = "eu-*" }', true, false],
  ['', true, true],
  ['"AccessDenied"', true, false],
  ['ecr.amazonaws.com -AccessDenied', false, true],
  ['?AccessDenied ?SetRepositoryPolicy', true, true],
])('%s', (pattern, onDenied, onAllowed) => {
  expect(filterMatches(pattern, denied)).toBe(onDenied)
  expect(filterMatches(pattern, allowed)).toBe(onAllowed)
})

test.each([
  ['{ $.errorCode EXISTS }', 'no operator'],
  ['{ $.a IS NOT NULL }', 'IS NOT'],
  ['{ $.errorCode = }', 'a value is missing'],
  ['{ ($.a = 1 }', 'not closed'],
  ['{ $.a = 1 ', 'brace'],
  ['{ $.a = 1 $.b = 2 }', 'follows the end'],
  ['{ eventName = "x" }', 'does not start with $'],
  ['{ $.errorCode = %Access.*% }', 'regular expression'],
  ['[ip, user, ...]', 'lines of words'],
  [`{ ${'('.repeat(200)}$.a = 1${')'.repeat(200)} }`, 'too deep'],
  [`{ $.a = "${'x'.repeat(2000)}" }`, 'longer'],
])('%s cannot be read', (pattern, why) => {
  expect(filterMatches(pattern, denied)).toMatchObject({ unreadable: expect.stringContaining(why) })
})

test('no text makes it throw or hang', () => {
  const piece = fc.constantFrom(
    '{',
    '}',
    '(',
    ')',
    '$.a',
    '&&',
    '||',
    '=',
    '"',
    '%',
    '\\',
    '*',
    ' ',
    'IS',
    '[',
  )
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 40 }), (pieces) => {
      filterMatches(pieces.join(''), denied)
    }),
    { numRuns: 2000 },
  )
})
