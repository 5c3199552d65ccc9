import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { XMLValidator } from 'fast-xml-parser'
import { describe, expect, test } from 'vitest'
import type { AuditReport } from '../src/audit/audit.ts'
import { audit } from '../src/cli/commands/audit.ts'
import { exit } from '../src/core/errors.ts'
import { frameworks } from '../src/frameworks/index.ts'
import { auditFormatNames } from '../src/report/formats/index.ts'
import { runCli } from './support/cli.ts'
import { temporaryFolder } from './support/folder.ts'
import { testSandbox } from './support/sandbox.ts'

async function place() {
  const sandbox = await testSandbox()
  return { sandbox, env: sandbox.env, cwd: temporaryFolder() }
}

/** Whether the text is one whole document of the format, and nothing beside it. */
const whole: Record<string, (text: string) => boolean> = {
  html: (text) => text.startsWith('<!doctype html>') && text.endsWith('</html>\n'),
  markdown: (text) => text.startsWith('# Holdfast audit\n'),
  sarif: (text) => JSON.parse(text).version === '2.1.0',
  ocsf: (text) => JSON.parse(text)[0].class_uid === 2003,
  asff: (text) => JSON.parse(text)[0].SchemaVersion === '2018-10-08',
  junit: (text) => XMLValidator.validate(text) === true,
  csv: (text) => text.startsWith('status,severity,control,'),
}

describe('audit --format: the report and nothing else is on stdout', () => {
  test.each(auditFormatNames)('%s', async (format) => {
    const result = await runCli(['audit', '--format', format, '--debug'], await place())
    expect(result.code).toBe(exit.ok)
    expect(whole[format]?.(result.stdout)).toBe(true)
    expect(result.stdout).toMatch(/simulated/i)
    expect(result.stdout).not.toContain('\x1b')
  })

  test.each(auditFormatNames)('%s: an error leaves stdout empty', async (format) => {
    const { sandbox: _, ...where } = await place()
    const result = await runCli(['audit', '--format', format, '--config', 'nowhere.yaml'], where)
    expect(result.code).toBe(exit.usage)
    expect(result.stdout).toBe('')
  })

  test('--fail-on ends with 3 and the whole report', async () => {
    const result = await runCli(['audit', '--format', 'sarif', '--fail-on', 'high'], await place())
    expect(result.code).toBe(exit.findings)
    expect(whole['sarif']?.(result.stdout)).toBe(true)
    expect(result.stderr.trimEnd().split('\n').at(-1)).toMatch(/^holdfast: exit 3, /)
  })

  test('--query is for the JSON document', async () => {
    const result = await runCli(['audit', '--format', 'csv', '--query', 'summary'], await place())
    expect(result.code).toBe(exit.usage)
    expect(result.stderr).toContain('--query takes a part of the JSON document, not of csv')
  })

  test('other commands have table and json', async () => {
    const result = await runCli(['snapshots', '--format', 'csv'], await place())
    expect(result.code).toBe(exit.usage)
    expect(result.stderr).toContain('Allowed choices are table, json.')
  })
})

describe('audit --out: files beside the answer', () => {
  const names = {
    'a.html': 'html',
    'a.md': 'markdown',
    'a.sarif': 'sarif',
    'b.SARIF.json': 'sarif',
    'a.ocsf.json': 'ocsf',
    'a.asff.json': 'asff',
    'a.xml': 'junit',
    'a.csv': 'csv',
  }

  test('each in the format of its ending, and the answer as without them', async () => {
    const where = await place()
    const outs = [...Object.keys(names), 'a.json', 'a.txt'].flatMap((name) => ['--out', name])
    const result = await runCli(['audit', '--format', 'json', '--control', 'owner-tag', ...outs], where)
    expect(result.code).toBe(exit.ok)
    expect(result.json()).toMatchObject({ schema: 'holdfast.audit/1' })
    const read = (name: string) => readFileSync(join(where.cwd, name), 'utf8')
    for (const [name, format] of Object.entries(names)) expect(whole[format]?.(read(name))).toBe(true)
    expect(read('a.json')).toBe(result.stdout)
    expect(read('a.txt')).toMatch(/^FAIL low {2}owner-tag\n/)
    expect(readdirSync(where.cwd).filter((name) => name.endsWith('.part'))).toEqual([])
  })

  test.each([
    [['a.docx'], /No report format goes with the name "a.docx"/, /\.sarif/],
    [['nowhere/a.html'], /nowhere\/a.html cannot be written/, /folder that exists/],
    [['folder.html'], /folder.html cannot be written/, /folder that exists/],
    [['a.csv', './a.csv'], /a.csv cannot be written/, /folder that exists/],
  ])('%j is refused before AWS is asked', async (files, what, next) => {
    const where = await place()
    mkdirSync(join(where.cwd, 'folder.html'))
    const result = await runCli(['audit', ...files.flatMap((file) => ['--out', file])], where)
    expect(result.code).toBe(exit.usage)
    expect(result.stderr).toMatch(what)
    expect(result.stderr).toMatch(next)
    expect(where.sandbox.requestLog()).toEqual([])
  })
})

describe('audit --framework', () => {
  test('asks its controls only, and answers by requirement', async () => {
    const where = await place()
    const result = await runCli(['audit', '--framework', 'fsbp', '--format', 'json'], where)
    const { frameworks, summary } = result.json<AuditReport>()
    const [fsbp] = frameworks ?? []
    expect(fsbp?.requirements.find(({ id }) => id === 'ECR.2')).toMatchObject({ status: 'fail' })
    expect(Object.keys(summary.byControl)).not.toContain('owner-tag')
  })

  test.each([
    [['--framework', 'hipaa'], /argument 'hipaa' is invalid/],
    [['--framework', 'fsbp', '--control', 'owner-tag'], /None of these controls shows anything about fsbp/],
  ])('%j is refused before AWS is asked', async (argv, what) => {
    const where = await place()
    const result = await runCli(['audit', ...argv], where)
    expect(result.code).toBe(exit.usage)
    expect(result.stderr).toMatch(what)
    expect(where.sandbox.requestLog()).toEqual([])
  })

  test('the help lists every framework', () => {
    const choices = audit.options.find(({ flags }) => flags.startsWith('--framework'))?.choices
    expect(choices).toEqual(frameworks.map(({ id }) => id))
  })
})
