import { describe, expect, test } from 'vitest'
import { acrossAccounts } from './cases/across-accounts.fixture.ts'
import { type Case, request, textsOf } from './cases/case.fixture.ts'
import { limits } from './cases/limits.fixture.ts'
import { oneAccount } from './cases/one-account.fixture.ts'
import { operators } from './cases/operator.fixture.ts'
import { registries } from './cases/registry.fixture.ts'
import { repositoryPolicies } from './cases/repository-policy.fixture.ts'
import { tagsAndVariables } from './cases/tag.fixture.ts'
import { traps } from './cases/trap.fixture.ts'
import { compilePolicies, decisionOf, evaluate, prepare } from './evaluate.ts'

const themes: Record<string, Case[]> = {
  'one account': oneAccount,
  'repository policies': repositoryPolicies,
  'across accounts': acrossAccounts,
  limits,
  registries,
  operators,
  traps,
  'tags and variables': tagsAndVariables,
}

describe.each(Object.entries(themes))('%s', (_theme, cases) => {
  test.each(cases)('$name: $answer', (one) => {
    const policies = compilePolicies(textsOf(one))
    const asked = request(one.request)
    const { decision, layer, explicit, reason } = evaluate(policies, asked)
    expect(decision, reason).toBe(one.answer)
    if (one.layer !== undefined) expect(layer, reason).toBe(one.layer)
    if (one.explicit !== undefined) expect(explicit, reason).toBe(one.explicit)
    if (one.says !== undefined) expect(reason).toContain(one.says)
    expect(decisionOf(policies, prepare(policies, asked))).toBe(one.answer)
  })
})
