import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { exit } from '../src/core/errors.ts'
import type { VerifyReport } from '../src/vault/verify.ts'
import { runCli } from './support/cli.ts'
import { temporaryFolder } from './support/folder.ts'
import { testSandbox } from './support/sandbox.ts'

type Repaired = VerifyReport & { repair: { healed: { digest: string }[]; notHealed: { reason: string }[] } }

/** A vault of the demo registry with its three largest blobs missing, cut and changed. */
async function damagedVault() {
  const sandbox = await testSandbox()
  const where = { env: sandbox.env, cwd: temporaryFolder() }
  await runCli(['backup'], where)
  const folder = join(where.cwd, 'holdfast-vault/blobs/sha256')
  const blobs = readdirSync(folder).map((name) => ({
    path: join(folder, name),
    bytes: readFileSync(join(folder, name)),
  }))
  const [missing, cut, changed] = blobs.sort((a, b) => b.bytes.length - a.bytes.length)
  if (!missing || !cut || !changed) throw new Error('the demo has no blobs')
  rmSync(missing.path)
  writeFileSync(cut.path, cut.bytes.subarray(0, -1))
  writeFileSync(changed.path, Buffer.concat([Buffer.from('x'), changed.bytes.subarray(1)]))
  return { sandbox, where }
}

describe('holdfast verify --repair', () => {
  test('makes a damaged vault whole from the registry of its snapshots', async () => {
    const { where } = await damagedVault()
    expect((await runCli(['verify', '--data'], where)).code).toBe(exit.damaged)
    const repaired = await runCli(['verify', '--data', '--repair', '--format', 'json'], where)
    expect(repaired.code).toBe(exit.ok)
    const report = repaired.json<Repaired>()
    expect(report).toMatchObject({ ok: true, repair: { notHealed: [] } })
    expect(report.repair.healed).toHaveLength(3)
    expect((await runCli(['verify', '--data'], where)).stdout).toContain('No damage')
  })

  test('says what the registry does not have any more', async () => {
    const { where } = await damagedVault()
    const other = await testSandbox({ seed: 'empty' })
    const named = { ...where, env: other.env }
    const result = await runCli(['verify', '--data', '--repair', '--from', 'ecr://'], named)
    expect(result.code).toBe(exit.damaged)
    expect(result.stdout).toContain('Not healed: 3')
  })

  test('as many rounds as there are parts find all damage', async () => {
    const { where } = await damagedVault()
    const found = new Set<string | undefined>()
    for (let round = 5; round < 8; round++) {
      const words = ['verify', '--sample', '34%', '--round', String(round), '--format', 'json']
      const report = (await runCli(words, where)).json<VerifyReport>()
      expect(report).toMatchObject({ level: 'sample', sample: { parts: 3, round } })
      for (const { digest } of report.problems) found.add(digest)
    }
    expect(found.size).toBe(3)
  })

  test.each([
    [['--round', '3']],
    [['--sample', '10%', '--data']],
    [['--sample', 'some']],
    [['--sample', '5', '--round', 'x']],
  ])('%j cannot be understood', async (words) => {
    const where = { cwd: temporaryFolder() }
    expect((await runCli(['verify', ...words], where)).code).toBe(exit.usage)
  })
})
