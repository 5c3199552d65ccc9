import { expect, test } from 'vitest'
import type { Plan, Step } from '../remediate/plan.ts'
import { planMarkdown } from '../remediate/shown/markdown.ts'
import { applyQuestion } from './apply-text.ts'
import { planText } from './plan-text.ts'

const arn = (name: string) => `arn:aws:ecr:eu-west-1:111122223333:repository/${name}`

function step(resource: string, more: Partial<Step> = {}): Step {
  return {
    ...{
      id: `tag-mutability:${resource}`,
      kind: 'tag-mutability',
      title: `tag mutability of repository ${resource}`,
    },
    ...{
      resource,
      controls: ['tag-immutability'],
      why: ['Tags no longer move.'],
      risk: 'visible',
      warnings: [],
    },
    before: { mode: 'MUTABLE', exclusions: [] },
    after: { mode: 'IMMUTABLE', exclusions: [] },
    calls: [{ service: 'ecr', operation: 'PutImageTagMutability', input: {}, needs: [] }],
    ...{ undo: [], gains: [], loses: [] },
    ...more,
  }
}

function plan(steps: Step[], more: Partial<Plan> = {}): Plan {
  return {
    ...{ schema: 'holdfast.plan/1', simulated: true, id: 'abc123', madeAt: '2026-11-24T17:00:00Z' },
    registry: {
      url: 'ecr://111122223333/eu-west-1',
      account: '111122223333',
      region: 'eu-west-1',
      partition: 'aws',
    },
    ...{ repositories: 10, steps, manual: [], unfixed: [], permissions: { apply: [], rollback: [] } },
    ...more,
  }
}

test('steps that do the same to several are one block; by risk, the safe ones first', () => {
  const text = planText(
    plan([
      step('shop/gone', { risk: 'destructive', irreversible: 'A deleted repository is gone.', after: null }),
      step('shop/api'),
      step('shop/web'),
      step('shop/new', { risk: 'safe', before: null, region: 'us-east-1' }),
    ]),
  )
  const order = ['SAFE: nobody', 'VISIBLE: somebody', 'DESTRUCTIVE: something goes']
  expect(order.map((word) => text.indexOf(word)).every((at, index, all) => at > (all[index - 1] ?? -1))).toBe(
    true,
  )
  expect(text).toContain('tag mutability of repository: 2 of them\n  shop/api, shop/web\n')
  expect(text).toContain('tag mutability of repository shop/new in us-east-1')
  expect(text).toContain('    (there is none now)\n    + {')
  expect(text).toContain('    - }\n    (nothing in its place)')
  expect(text).toContain('  NO WAY BACK  A deleted repository is gone.')
  expect(text.replaceAll('\n', ' ')).toContain(
    '4 steps (1 safe, 2 visible, 1 destructive), 1 without a way back. Nothing',
  )
  expect(text).toContain('(simulated)')
})

test('who gains and who loses, what to mind, and only the lines that change', () => {
  const policy = (who: string) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Sid: 'a', Effect: 'Allow', Principal: who, Action: 'x' }],
    })
  const changed = step('shop/api', {
    ...{ kind: 'repository-policy', title: 'policy of repository shop/api' },
    ...{ before: policy('*'), after: policy('444455556666') },
    ...{ loses: ['Any AWS account: pull.'], gains: ['Nobody.'], warnings: ['Ask the people of x.'] },
  })
  const text = planText(plan([changed]))
  expect(text).toContain('    -       "Principal": "*",\n    +       "Principal": "444455556666",')
  expect(text).not.toContain('2012-10-17')
  expect(text).toMatch(
    /loses access {2}Any AWS account: pull\.\n {2}gains access {2}Nobody\.\n {2}mind {10}Ask/,
  )
  const markdown = planMarkdown(plan([changed]))
  expect(markdown).toContain('- **Loses access:** Any AWS account&#58; pull.'.replace('&#58;', ':'))
  expect(markdown).toContain('+       "Principal": "444455556666",')
  expect(applyQuestion(plan([changed]), [changed])).toBe(
    '1 step in ecr://111122223333/eu-west-1 (simulated): 1 visible.\nAccess is lost:\n  - Any AWS account: pull.\nApply it?',
  )
})

test('what is left is said once for all that it is about, and what is by hand can be copied', () => {
  const left = (name: string) => ({
    ...{ control: 'owner-tag', resource: arn(name), reason: 'People must say.' },
    next: `In holdfast.yaml: owners: {"${name}": team}`,
  })
  const text = planText(
    plan([], {
      unfixed: [left('a/b'), left('c/d')],
      manual: [
        {
          ...{ controls: ['kms-key-care', 'x'], resource: arn('a/b'), why: 'Only its owner can.' },
          instructions: [
            `aws ecr describe-images --repository-name a/b --image-ids imageDigest=${'f'.repeat(64)}`,
            'Wait.',
          ],
        },
      ],
    }),
  )
  expect(text).toContain(
    'owner-tag\n  a/b, c/d\n  People must say.\n  In holdfast.yaml: owners: {"a/b": team}, and so for each',
  )
  expect(text).toContain(
    'a/b: kms-key-care, x\n  Only its owner can.\n  1. aws ecr describe-images --repository-name a/b --image-ids \\\n',
  )
  expect(text).toContain('  2. Wait.')
  expect(text.replaceAll('\n', ' ')).toContain('nothing to change, 1 by hand, 2 findings left')
})

test('permissions stand together by resource; for the way back only what it needs more', () => {
  const need = (action: string, resource: string) => ({ action, resource })
  const apply = ['a', 'b', 'c'].flatMap((name) => [need('ecr:Get', arn(name)), need('ecr:Put', arn(name))])
  const rollback = [...apply, need('ecr:Delete', '*')]
  const text = planText(plan([step('a')], { permissions: { apply, rollback } }))
  expect(text).toContain(`  ecr:Get, ecr:Put\n    on ${arn('a')},`)
  expect(text).toContain('and 1 more\nand to roll it back\n  ecr:Delete\n    on *')
})

test.each([true, false])(
  'names from outside do nothing to a terminal or a page; every line fits (%s)',
  (file) => {
    const evil = '\x1b[2Jx\n::error::y ``` <script> @all'
    const hostile = step(evil, {
      why: [evil],
      loses: [evil],
      warnings: [evil],
      before: { mode: evil, exclusions: [] },
    })
    const made = plan([hostile], {
      unfixed: [{ control: evil, resource: evil, reason: evil, next: evil }],
      manual: [{ controls: [evil], resource: evil, why: evil, instructions: [evil] }],
    })
    const text = planText(made, { ...(file && { file: evil }) })
    for (const shown of [text, planMarkdown(made)]) {
      expect(shown).not.toContain('\x1b')
      expect(shown).not.toContain('::error::')
    }
    expect(planMarkdown(made)).not.toMatch(/^[^`]*<script>/m)
    expect(text.split('\n').filter((line) => line.length > 100)).toEqual([])
  },
)

test('colour adds nothing but colour', () => {
  const made = plan([step('shop/api'), step('shop/web', { risk: 'safe' })])
  const coloured = planText(made, { colour: true })
  expect(coloured).toContain('\x1b[')
  expect(coloured.replace(/\x1b\[[\d;]*m/g, '')).toBe(planText(made))
})
