import { expect, test } from 'vitest'
import { grantedActions } from './actions.ts'

const only = (...list: string[]) => grantedActions({ not: false, list })

test('ECR has the 60 actions of the reference', () => {
  const { names, abilities } = only('ecr:*')
  expect(names).toHaveLength(60)
  expect(new Set(names).size).toBe(60)
  expect(abilities.size).toBe(7)
  expect(only('*').names).toEqual(names)
})

test.each([
  [['ecr:PutImage'], ['PutImage']],
  [['ECR:putimage'], ['PutImage']],
  [['ecr:*Layer'], ['GetDownloadUrlForLayer']],
  [['ecr:BatchDelete?mage'], ['BatchDeleteImage']],
  [['s3:*', 'ecr-public:*'], []],
])('%j grants %j', (patterns, names) => {
  expect(only(...patterns).names).toEqual(names)
})

test('NotAction grants the rest', () => {
  const { names, unlisted } = grantedActions({ not: true, list: ['ecr:Get*', 's3:*'] })
  expect(names).toHaveLength(60 - only('ecr:Get*').names.length)
  expect(unlisted).toEqual([])
})

test('an action that is not known here is named, not lost', () => {
  expect(only('ecr:PutImage', 'ecr:BrandNew', 'iam:New').unlisted).toEqual(['ecr:BrandNew'])
})
