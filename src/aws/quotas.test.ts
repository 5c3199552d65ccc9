import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hasCode } from '../core/errors.ts'
import { allowedRate, budgetWarnings, defaultLimits, documentedQuotas, parseBudget } from './quotas.ts'

test.each([
  ['25%', 0.25, {}],
  ['60 %', 0.6, {}],
  ['PutImage=5,DescribeImages=10', 0.25, { PutImage: 5, DescribeImages: 10 }],
  ['10%, putimage=2.5', 0.1, { PutImage: 2.5 }],
  ['ecr:BatchGetImage=7', 0.25, { BatchGetImage: 7 }],
  ['150%', 1.5, {}],
])('%s', (text, share, perSecond) => {
  expect(parseBudget(text)).toEqual({ share, perSecond })
})

test.each([
  '',
  ',',
  '25',
  '25%,',
  '25%,50%',
  '-5%',
  '0%',
  '0.5%',
  '99999%',
  '1e3%',
  'PutImage',
  'PutImage=',
  'PutImage=0',
  'PutImage=-1',
  'PutImage=NaN',
  'PutImage=5,putimage=6',
  'PutImages=5',
  'constructor=5',
  '__proto__=5',
  'PutImage=5;GetObject=6',
])('%j is refused', (text) => {
  expect(() => parseBudget(text)).toThrow(expect.objectContaining({ code: 'usage' }))
})

test('whatever is given is a budget under which requests are sent, or refused', () => {
  const part = fc.oneof(
    fc.string({ maxLength: 12 }),
    fc.constantFrom('25%', 'PutImage=5', 'DescribeImages=0.01'),
  )
  fc.assert(
    fc.property(fc.array(part, { maxLength: 4 }), (parts) => {
      try {
        const limits = parseBudget(parts.join(','))
        for (const name of [...Object.keys(documentedQuotas), 'DescribeImages', 'GetRegistryPolicy'])
          expect(allowedRate(`ecr:${name}`, limits)).toBeGreaterThan(0)
      } catch (error) {
        if (!hasCode(error, 'usage')) throw error
      }
    }),
  )
})

test('a share holds for documented quotas; what has none is never faster than 25 a second, and slower with less', () => {
  const rates = (text: string) =>
    ['PutImage', 'BatchGetImage', 'DescribeImages'].map((name) =>
      allowedRate(`ecr:${name}`, parseBudget(text)),
    )
  expect(rates('25%')).toEqual([2.5, 500, 25])
  expect(rates('60%')).toEqual([6, 1200, 25])
  expect(rates('10%')).toEqual([1, 200, 10])
  expect(rates('60%,DescribeImages=40,PutImage=1')).toEqual([1, 1200, 40])
  expect(allowedRate('ecr:PutImage', defaultLimits)).toBe(2.5)
})

test.each([
  ['100%', 0],
  ['101%', 1],
  ['PutImage=10', 0],
  ['PutImage=11', 1],
  ['DescribeImages=500', 0],
  ['400%,PutImage=50,InitiateLayerUpload=200', 3],
])('%s: %i warnings', (text, count) => {
  expect(budgetWarnings(parseBudget(text))).toHaveLength(count)
})
