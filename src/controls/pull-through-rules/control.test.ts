import { expect, test } from 'vitest'
import type { CreationTemplate, Inventory, PullThroughRule } from '../../inventory/inventory.ts'
import { account, denied, inventory, policyText, settings } from '../inventory.fixture.ts'
import { pullThroughRules } from './control.ts'

const template = (changes: Partial<CreationTemplate> = {}): CreationTemplate => ({
  prefix: 'mirror',
  appliedFor: ['PULL_THROUGH_CACHE'],
  lifecyclePolicy: '{"rules":[]}',
  tags: {},
  ...changes,
})
const judgeAll = (changes: Partial<Inventory>) => pullThroughRules.judge(inventory(changes), settings())
const judge = (rule: Partial<PullThroughRule>, templates: Inventory['templates'] = { ok: [template()] }) => {
  const rules = { ok: [{ prefix: 'mirror', upstream: 'quay.io', ...rule }] }
  return judgeAll({ pullThroughRules: rules, templates })[0]?.verdict
}
const secret = `arn:aws:secretsmanager:eu-west-1:${account}:secret:ecr-pullthroughcache/hub-a1b2c3`
const hub = { upstream: 'registry-1.docker.io' }
const partner = { upstream: '444455556666.dkr.ecr.eu-west-1.amazonaws.com' }

test.each<[string, Partial<PullThroughRule>, string, string]>([
  ['nothing to sign in with, and no need', {}, 'pass', 'From quay.io, with the template mirror.'],
  ['with a scheme', { upstream: 'https://public.ecr.aws/' }, 'pass', 'public.ecr.aws'],
  ['without TLS', { upstream: 'http://quay.io' }, 'fail', 'without TLS'],
  ['an upstream of the future', { upstream: 'registry.example.com' }, 'unknown', 'not known here'],
  ['one that looks like another', { upstream: 'quay.io.example.com' }, 'unknown', 'not known here'],
  ['no upstream at all', { upstream: '' }, 'unknown', 'not known here'],
  ['a secret', { ...hub, credential: secret }, 'pass', 'docker.io'],
  ['no secret', hub, 'fail', 'mirror: no secret to sign in with.'],
  [
    'a secret of another name',
    { ...hub, credential: secret.replace('ecr-pull', 'pull') },
    'fail',
    'begin with',
  ],
  [
    'a secret abroad',
    { ...hub, credential: secret.replace('eu-west-1', 'us-east-1') },
    'fail',
    'another account',
  ],
  ['no secret but an ARN', { ...hub, credential: 'arn:aws:iam::1:role/x' }, 'fail', 'no secret of Secrets'],
  ['Azure', { upstream: 'shop.azurecr.io' }, 'fail', 'no secret'],
  ['another account', partner, 'fail', 'no role to read from account 444455556666'],
  ['another account, with a role', { ...partner, customRole: `arn:aws:iam::${account}:role/x` }, 'pass', ''],
  ['its own account', { upstream: `${account}.dkr.ecr.us-east-1.amazonaws.com` }, 'pass', account],
])('%s', (_name, rule, status, words) => {
  const verdict = judge(rule)
  expect(verdict?.reason).toContain(words)
  expect(verdict?.status).toBe(status)
})

const open = policyText({ Effect: 'Allow', Principal: '*', Action: 'ecr:BatchGetImage' })
const strange = policyText({
  Effect: 'Allow',
  Principal: '*',
  Action: 'ecr:BatchGetImage',
  Condition: { StringEquals: { 'aws:PrincipalPlanet': 'earth' } },
})

test.each<[string, Inventory['templates'], string, string]>([
  ['no template', { ok: [] }, 'fail', 'no creation template'],
  ['for something else', { ok: [template({ appliedFor: ['REPLICATION'] })] }, 'fail', 'no creation template'],
  ['a prefix is a folder', { ok: [template({ prefix: 'mir' })] }, 'fail', 'no creation template'],
  ['for the rest', { ok: [template({ prefix: 'ROOT' })] }, 'pass', 'with the template ROOT'],
  [
    'the longest prefix counts',
    { ok: [template({ prefix: 'ROOT' }), { ...template(), lifecyclePolicy: '' }] },
    'fail',
    'the template mirror has no lifecycle policy',
  ],
  ['open to everybody', { ok: [template({ policy: open })] }, 'fail', 'lets in every AWS account'],
  ['a policy with unknown words', { ok: [template({ policy: strange })] }, 'unknown', 'not known here'],
  ['a policy that is none', { ok: [template({ policy: '{' })] }, 'unknown', 'not JSON'],
  ['no answer', denied, 'unknown', 'AccessDenied'],
])('template: %s', (_name, templates, status, words) => {
  const verdict = judge({}, templates)
  expect(verdict?.reason).toContain(words)
  expect(verdict?.status).toBe(status)
})

test('what is wrong for certain is a fail, whatever the templates are', () => {
  expect(judge(hub, denied)?.status).toBe('fail')
})

test('one finding for each rule; none is not applicable', () => {
  const rule = (prefix: string) => ({ prefix, upstream: 'quay.io' })
  const found = judgeAll({ pullThroughRules: { ok: [rule('a1'), rule('b2')] } })
  expect(found.map(({ resource }) => resource.split(':').at(-1))).toEqual([
    'pull-through-cache-rule/a1',
    'pull-through-cache-rule/b2',
  ])
  expect(judgeAll({})[0]?.verdict.status).toBe('not-applicable')
  expect(judgeAll({ pullThroughRules: denied })[0]?.verdict.status).toBe('unknown')
})
