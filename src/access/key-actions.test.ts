import { expect, test } from 'vitest'
import { keyAbilities } from './key-actions.ts'

test.each<[string[], boolean, string[]]>([
  [['kms:Decrypt'], false, ['use']],
  [['KMS:decrypt'], false, ['use']],
  [['kms:GenerateDataKey*'], false, ['use']],
  [['kms:CreateGrant'], false, ['grant']],
  [['kms:ScheduleKeyDeletion'], false, ['control']],
  [['kms:*'], false, ['control', 'grant', 'use']],
  [['*'], false, ['control', 'grant', 'use']],
  [['kms:Describe*', 'kms:List*', 'kms:GetKeyPolicy'], false, []],
  [['ecr:*', 's3:GetObject'], false, []],
  [['kms:SomethingNew'], false, ['use']],
  [['kms:GetSomethingNew'], false, []],
  [[], false, []],
  [['kms:Put*', 'kms:Schedule*'], true, ['control', 'grant', 'use']],
  [['kms:*'], true, []],
  [['ecr:*'], true, ['control', 'grant', 'use']],
])('%j (not: %s): %j', (list, not, abilities) => {
  expect([...keyAbilities({ not, list })].sort()).toEqual(abilities)
})
