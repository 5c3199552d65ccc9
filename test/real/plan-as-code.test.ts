import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Cycle, openCycle, settled } from '../../src/remediate/cycle.fixture.ts'
import { kindOf } from '../../src/remediate/kinds/index.ts'
import type { Plan } from '../../src/remediate/plan.ts'
import { planFormats } from '../../src/remediate/shown/index.ts'
import { envOf } from '../support/sandbox.ts'
import { findProgram } from './find-program.ts'
import { describeWith, program } from './programs.ts'

/** What a plan prints for other tools, read by those tools: the whole plan of the demo. */
const run = promisify(execFile)
let cycle: Cycle
let plan: Plan
let folder: string
beforeAll(async () => {
  cycle = await openCycle()
  plan = await cycle.plan()
  folder = await mkdtemp(join(tmpdir(), 'holdfast-as-code-'))
})
afterAll(async () => {
  await cycle.close()
  await rm(folder, { recursive: true, force: true })
})

async function write(name: keyof typeof planFormats, file: string): Promise<string> {
  const path = join(folder, file)
  await writeFile(path, (await planFormats[name]())(plan))
  return path
}

/** It does not know the newest actions of ECR. */
const newest = ['--ignore-checks', 'W3037']

describeWith(['cfn-lint'], 'cfn-lint', () => {
  test('takes the template, with every property checked against the schemas of the resources', async () => {
    const path = await write('cloudformation', 'plan.yaml')
    await expect(
      run(program('cfn-lint'), [...newest, '--regions', 'eu-west-1', '--', path]),
    ).resolves.toMatchObject({
      stdout: '',
    })
  })
})

/** Prints the file as JSON, and the strings without their quotes. */
const reader = `
import hcl2, json, sys
from hcl2.utils import SerializationOptions
print(json.dumps(hcl2.load(open(sys.argv[1]), serialization_options=SerializationOptions(strip_string_quotes=True))))
`

interface Hcl {
  resource: Record<string, Record<string, Record<string, unknown>>>[]
  import: { to: string; id: string }[]
}

describeWith(['cfn-lint'], 'a parser of HCL', () => {
  test('reads the Terraform file, which says what the calls of the plan say', async () => {
    const path = await write('terraform', 'plan.tf')
    const python = (findProgram('cfn-lint') ?? '').replace(/cfn-lint$/, 'python')
    const { stdout } = await run(python, ['-c', reader, path], { maxBuffer: 1e8 })
    const found = JSON.parse(stdout) as Hcl
    const texts = found.resource.flatMap((one) => leaves(one))
    const stood = plan.steps.filter(
      ({ kind, after, resource, region }) =>
        after !== null &&
        region === undefined &&
        kindOf(kind)?.terraform?.({ resource }, after, cycle.door.place),
    )
    expect(stood.length).toBeGreaterThan(20)
    expect(found.import.length).toBeGreaterThan(10)
    for (const { id, after, resource, calls } of stood) {
      const sent = leaves(calls.map(({ input }) => input))
      const said = leaves(after).filter(
        (one) => sent.includes(one) && typeof one === 'string' && !/^[[{]/.test(one.trim()),
      )
      for (const value of said) expect(texts, `${id} says ${JSON.stringify(value)}`).toContain(value)
      expect(texts.concat(found.import.map((one) => one.id)).join('\n'), id).toContain(lastOf(resource))
    }
  })
})

function leaves(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return [value]
  return Object.values(value).flatMap(leaves)
}

function lastOf(resource: string): string {
  return resource === 'registry' ? '' : (resource.split(/[:/]/).at(-1) ?? '')
}

describeWith(['aws'], 'the AWS CLI', () => {
  test('runs the script, and the registry is as after an apply', async () => {
    const script = await write('cli', 'plan.sh')
    const possible = plan.steps.filter(({ kind }) => !kindOf(kind)?.perform).map(({ id }) => id)
    const applied = await cycle.apply(plan, {
      max: 10_000,
      steps: possible,
      confirmed: plan.steps.map(({ resource }) => resource),
    })
    expect(applied).toMatchObject({ complete: true })
    const wanted = settled(await cycle.inventory())
    expect(await cycle.rollBack(applied.run ?? '')).toMatchObject({ complete: true })

    const path = `${join(process.cwd(), '.tools/venv/bin')}:${process.env['PATH'] ?? ''}`
    await run('sh', [script], { env: { ...envOf(cycle.sandbox), PATH: path }, maxBuffer: 1e8 })
    expect(settled(await cycle.inventory())).toEqual(wanted)
  })
})
