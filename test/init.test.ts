import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { baselineSchema } from '../src/cli/baseline-schema.ts'
import { parseConfig } from '../src/cli/config-parse.ts'
import { exit } from '../src/core/errors.ts'
import { runCli } from './support/cli.ts'
import { temporaryFolder } from './support/folder.ts'
import { testSandbox } from './support/sandbox.ts'

async function scene(seed: 'demo' | 'clean' | 'empty' = 'demo') {
  const { env } = await testSandbox({ seed })
  const cwd = temporaryFolder()
  return { cwd, run: (...argv: string[]) => runCli(argv, { env, cwd }) }
}

/** As somebody who takes every suggestion. */
function withSuggestions(text: string): string {
  return text
    .replace(/^( *)# (?=(?:"[^"]+"|[a-z][A-Za-z]+|[A-Z_]+):(?: |$)| {2}- )/gm, '$1')
    .replace('mode: IMMUTABLE\n', 'mode: IMMUTABLE_WITH_EXCLUSION\n')
}

test.each(['demo', 'clean', 'empty'] as const)(
  'of the %s seed: valid, with and without suggestions',
  async (seed) => {
    const { run } = await scene(seed)
    const { code, stdout } = await run('init', '--out', '-')
    expect(code).toBe(exit.ok)
    expect(parseConfig(stdout, 'holdfast.yaml')).toMatchObject({
      registry: 'ecr://111122223333/eu-west-1',
      vault: './holdfast-vault',
      baseline: { tagMutability: {}, lifecycle: {}, monitoring: {} },
    })
    const all = parseConfig(withSuggestions(stdout), 'holdfast.yaml')
    expect(Object.keys(all.baseline ?? {}).sort()).toEqual(Object.keys(baselineSchema.shape).sort())
    for (const [name, wishes] of Object.entries(baselineSchema.shape)) {
      const section = wishes.unwrap()
      const known = 'shape' in section ? Object.keys(section.shape) : []
      const given = Object.keys(all.baseline?.[name as keyof typeof all.baseline] ?? {})
      if (known.length > 0) expect(given.sort()).toEqual(known.sort())
    }
  },
)

test('what is set is what most repositories have', async () => {
  const { run } = await scene('clean')
  const { baseline, audit } = parseConfig((await run('init', '--out', '-')).stdout, 'holdfast.yaml')
  expect(baseline).toMatchObject({
    tagMutability: { mode: 'IMMUTABLE' },
    encryption: { kmsKey: expect.stringContaining(':key/') },
  })
  expect(audit).toMatchObject({ failOn: 'high' })
  expect(audit?.trustedAccounts).toBeUndefined()
})

test('written, it is what audit and plan go by; it is never overwritten', async () => {
  const { cwd, run } = await scene()
  const file = join(cwd, 'holdfast.yaml')
  const made = await run('init')
  expect(made.code).toBe(exit.ok)
  expect(made.stdout).toContain('holdfast.yaml is written')
  expect((await run('plan', '--out', 'plan.json', '--query', 'schema')).stdout).toBe('"holdfast.plan/1"\n')
  const before = readFileSync(file, 'utf8')
  const again = await run('init')
  expect(again.code).toBe(exit.usage)
  expect(again.stderr).toContain('holdfast.yaml exists already, and is not overwritten')
  expect(readFileSync(file, 'utf8')).toBe(before)
  expect((await run('init', '--out', 'other.yaml', '--format', 'json')).json()).toMatchObject({
    ...{
      schema: 'holdfast.init/1',
      simulated: true,
      file: 'other.yaml',
      text: readFileSync(join(cwd, 'other.yaml'), 'utf8'),
    },
  })
})

test('a file that cannot be written is refused before the work', async () => {
  const { cwd, run } = await scene('empty')
  expect((await run('init', '--out', 'nowhere/holdfast.yaml')).stderr).toContain('The folder does not exist')
  writeFileSync(join(cwd, 'there.yaml'), '')
  expect((await run('init', '--out', 'there.yaml')).code).toBe(exit.usage)
  expect(readFileSync(join(cwd, 'there.yaml'), 'utf8')).toBe('')
  expect(existsSync(join(cwd, 'holdfast.yaml'))).toBe(false)
})

test('names from AWS stay text', async () => {
  const { section } = await import('../src/cli/init/lines.ts')
  const evil = 'x: [1]\n# y'
  const text = section('owners', evil, [{ key: JSON.stringify(evil), value: evil, why: evil }])
  expect(
    parseConfig(`baseline:\n${text.replace(/^/gm, '  ')}`.replace(/"x: \[1\]\\n# y"$/m, 'z'), 'f'),
  ).toEqual({
    baseline: { owners: { [evil]: 'z' } },
  })
})
