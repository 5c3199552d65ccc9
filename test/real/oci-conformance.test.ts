import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { XMLParser } from 'fast-xml-parser'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { matchesGlob } from '../../src/core/glob.ts'
import { awsCli } from './aws-cli.ts'
import { describeWith, program } from './programs.ts'
import { run } from './run.ts'
import { type RunningSandbox, startSandboxProcess } from './servers/sandbox.ts'

/** A failure that is ECR's own behaviour. */
interface Expected {
  /** Name of the test of the suite; `*` stands for anything. */
  test: string
  /** Part of what the suite says about it. */
  says: string
  reason: string
}

interface Case {
  name: string
  status: 'passed' | 'skipped' | 'failure' | 'error'
  says: string
}

const expectedFailures: Expected[] = JSON.parse(
  readFileSync(new URL('oci-conformance.expected.json', import.meta.url), 'utf8'),
)

describeWith(['conformance', 'aws'], "OCI's distribution conformance suite against the sandbox", () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-conformance-'))
  let sandbox: RunningSandbox
  let cases: Case[]

  beforeAll(async () => {
    sandbox = await startSandboxProcess()
    for (const name of ['conformance/one', 'conformance/two']) {
      await awsCli(sandbox, ['ecr', 'create-repository', '--repository-name', name])
    }
    const env = {
      // Another host name than that of the storage which blobs are redirected to, as it is with AWS: the suite
      // keeps its Authorization header within a host name, whatever the port, and S3 refuses it there.
      OCI_REGISTRY: `localhost:${new URL(sandbox.registryEndpoint).port}`,
      OCI_TLS: 'disabled',
      OCI_REPO1: 'conformance/one',
      OCI_REPO2: 'conformance/two',
      OCI_USERNAME: 'AWS',
      OCI_PASSWORD: (await awsCli(sandbox, ['ecr', 'get-login-password'])).trim(),
      OCI_VERSION: '1.1',
      OCI_RESULTS_DIR: folder,
      OCI_LOG: 'error',
    }
    await run(program('conformance'), [], { cwd: folder, env, allowed: [1] })
    if (process.env['HOLDFAST_KEEP_RESULTS'])
      cpSync(folder, process.env['HOLDFAST_KEEP_RESULTS'], { recursive: true })
    cases = casesOf(readFileSync(join(folder, 'junit.xml'), 'utf8'))
  })
  afterAll(async () => {
    await sandbox?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  test('pull, push, content discovery and content management were all tried', () => {
    const passed = cases.filter(({ status }) => status === 'passed').map(({ name }) => name)
    for (const part of ['blob-post-put', 'manifest-by-digest', 'tag-list', 'referrers', 'manifest-delete']) {
      expect(passed.filter((name) => name.includes(part)).length, part).toBeGreaterThan(0)
    }
  })

  test('every failure is a listed behaviour of ECR', () => {
    const unexplained = failures().filter(
      (failure) => !expectedFailures.some((each) => explains(each, failure)),
    )
    expect(unexplained).toEqual([])
  })

  test('every listed failure still happens', () => {
    const gone = expectedFailures.filter((each) => !failures().some((failure) => explains(each, failure)))
    expect(gone).toEqual([])
  })

  function failures(): Case[] {
    return cases.filter(({ status }) => status === 'failure' || status === 'error')
  }
})

function explains(expected: Expected, failure: Case): boolean {
  return matchesGlob(expected.test, failure.name) && failure.says.includes(expected.says)
}

function casesOf(junit: string): Case[] {
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '',
    isArray: (name) => name === 'testsuite' || name === 'testcase',
    processEntities: { enabled: true, maxTotalExpansions: 10_000_000, maxExpandedLength: 1e9 },
  })
  const suites: { testcase?: Record<string, string>[] }[] = parser.parse(junit).testsuites.testsuite
  return suites.flatMap(({ testcase = [] }) =>
    testcase.map((each) => ({
      name: (each['name'] ?? '').replace(/^OCI Conformance Test\//, ''),
      status: each['status'] as Case['status'],
      says: String(each['system-out'] ?? ''),
    })),
  )
}
