import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { accessLines, measureAccess } from './access.ts'
import { auditLines, measureAudit } from './audit.ts'
import { measureCollecting } from './audit-collect.ts'
import { type Command, type Measurement, measure } from './measure.ts'
import { type BenchRegistry, openFilled } from './registry.ts'
import { median, type Row, type Target, table, targetLine } from './report.ts'
import { measureScale } from './scale.ts'
import { type SetPlan, sets } from './sets.ts'
import { findPeers, holdfast, holdfastRun, type Tool } from './tools.ts'

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, set: { type: 'string', default: 'big,small' } },
})
const rounds = Number(values.rounds)
const names = values.set.split(',')
const chosen = names.filter((name): name is SetPlan['name'] => name in sets)
const withAudit = names.includes('audit')
const withScale = names.includes('scale')
const withAccess = names.includes('access')
if (!(rounds > 0) || (chosen.length === 0 && !withAudit && !withScale && !withAccess)) {
  process.stderr.write('Usage: npm run bench -- [--rounds N] [--set big|small|audit|scale|access]\n')
  process.exit(2)
}

const scratch = mkdtempSync(join(tmpdir(), 'holdfast-bench-'))
const { found, absent } = findPeers()
const tools = [holdfast(), ...found]
const results: Record<string, unknown> = {}
const targets: Target[] = []
try {
  describeMachine()
  // First, while the process has not taken memory for anything else.
  if (withAccess) results['access'] = judgeAccess()
  for (const name of chosen) results[name] = await measureSet(sets[name]())
  if (withAudit) results['audit'] = judgeFleet()
  if (withAudit) results['auditCollected'] = await collectFleet()
  if (withScale) results['scale'] = await scale()
  if (chosen.length > 0) results['help'] = await measureHelp()
  print(`\n${targets.map(targetLine).join('\n')}`)
  save()
} finally {
  rmSync(scratch, { recursive: true, force: true })
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}

function describeMachine(): void {
  print(
    `${availableParallelism()} cores, ${cpus()[0]?.model ?? 'unknown processor'}; ${rounds} rounds, interleaved`,
  )
  for (const tool of tools) print(`  ${tool.name} ${tool.version}: ${tool.how}`)
  if (absent.length > 0) print(`  not found, so not measured: ${absent.join(', ')}`)
}

async function measureSet(set: SetPlan): Promise<unknown> {
  const registry = await openFilled(set, scratch)
  try {
    print(`\n${set.title} (${(registry.bytes / 1e6).toFixed(0)} MB) in ${registry.title}`)
    const vault = join(scratch, 'kept')
    const cold = await coldRounds(set, registry, vault)
    const unchanged = await repeat('again, nothing changed', registry, backupInto(registry, vault))
    const verified = await repeat('verify --data', registry, [
      holdfastRun(['verify', '--data', '--vault', join(vault, 'vault'), '--format', 'json']),
    ])
    const rows = [...cold, unchanged, verified]
    print(table(rows, registry.bytes))
    judge(set, registry, { cold, unchanged, verified })
    return { title: set.title, registry: registry.title, bytes: registry.bytes, rows }
  } finally {
    await registry.stop()
    rmSync(join(scratch, 'kept'), { recursive: true, force: true })
  }
}

/** Every tool once a round, in turning order; Holdfast's last folder stays as `vault` for what follows. */
async function coldRounds(set: SetPlan, registry: BenchRegistry, vault: string): Promise<Row[]> {
  const rows = tools.map((tool) => ({ name: tool.name, runs: [] as Measurement[] }))
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < tools.length; turn++) {
      const index = (turn + round) % tools.length
      const tool = tools[index] as Tool
      const keep = index === 0 && round === rounds - 1
      const folder = keep ? vault : join(scratch, 'copy')
      mkdirSync(folder)
      rows[index]?.runs.push(await once(tool.copy(registry.host, set, folder), registry))
      if (!keep) rmSync(folder, { recursive: true })
      process.stderr.write(`\r  round ${round + 1}/${rounds}: ${tool.name.padEnd(12)}`)
    }
  }
  process.stderr.write('\n')
  return rows
}

async function repeat(name: string, registry: BenchRegistry, commands: Command[]): Promise<Row> {
  const runs: Measurement[] = []
  for (let round = 0; round < rounds; round++) runs.push(await once(commands, registry))
  return { name: `holdfast, ${name}`, runs }
}

/** What earlier runs left to be written to disk is written first, so that no run pays for another. */
async function once(commands: Command[], registry: BenchRegistry): Promise<Measurement> {
  execFileSync('sync')
  const withCredentials = commands.map((each) => ({ ...each, env: { ...each.env, ...registry.env } }))
  return await measure(withCredentials, registry.traffic, scratch)
}

function backupInto(registry: BenchRegistry, folder: string): Command[] {
  return holdfast().copy(registry.host, sets.small(), folder)
}

function judge(
  set: SetPlan,
  registry: BenchRegistry,
  { cold, unchanged, verified }: { cold: Row[]; unchanged: Row; verified: Row },
): void {
  const own = middle(cold[0])
  const fastest = cold.slice(1).sort((a, b) => middle(a) - middle(b))[0]
  if (fastest) {
    const bar = set.name === 'big' ? 1.25 : 6
    const value = middle(fastest) / own
    targets.push(target(`${set.title}: at least ${bar} x ${fastest.name}`, value, 'x', value >= bar))
  }
  targets.push(
    target(
      `${set.title}: run with nothing changed in 0.5 s`,
      middle(unchanged),
      's',
      middle(unchanged) <= 0.5,
    ),
  )
  const content = Math.max(...unchanged.runs.map((run) => run.contentRequests))
  targets.push(
    target(
      `${set.title}: no manifest or blob request when nothing changed`,
      content,
      'requests',
      content === 0,
    ),
  )
  const peak = Math.max(
    ...[cold[0], unchanged, verified].flatMap((row) => row?.runs ?? []).map((run) => run.peakBytes),
  )
  targets.push(target(`${set.title}: below 200 MB of memory`, peak / 1e6, 'MB', peak < 200e6))
  if (set.name === 'big') {
    const speed = registry.bytes / 1e6 / middle(verified)
    targets.push(target('verify with data at 900 MB/s', speed, 'MB/s', speed >= 900))
  }
}

function target(text: string, value: number, unit: string, met: boolean): Target {
  return { text, value, unit, met }
}

function middle(row: Row | undefined): number {
  return median(row?.runs.map((run) => run.seconds) ?? [])
}

async function measureHelp(): Promise<number[]> {
  const none = async () => ({ requests: 0, contentRequests: 0, receivedBytes: 0 })
  const times: number[] = []
  for (let count = 0; count < 15; count++) {
    times.push((await measure([holdfastRun(['--help'])], none, scratch)).seconds)
  }
  const value = median(times) * 1000
  targets.push(target('--help in 150 ms', value, 'ms', value < 150))
  return times
}

function judgeFleet(): unknown {
  const figures = measureAudit(rounds)
  print(`\n${auditLines(figures).join('\n')}`)
  const value = median(figures.runs) / 1000
  targets.push(target('10,000 repositories judged by all controls in 1 s', value, 's', value < 1))
  return figures
}

async function scale(): Promise<unknown> {
  const { lines, promises, steps } = await measureScale(scratch)
  print(`\n${lines.join('\n')}`)
  keepPromises(promises)
  return { steps }
}

async function collectFleet(): Promise<unknown> {
  const { lines, promises, step } = await measureCollecting(scratch)
  print(`\n${lines.join('\n')}`)
  keepPromises(promises)
  return step
}

/** Of requests and memory, not of time: a machine that does other things as well is no excuse. */
function keepPromises(promises: Target[]): void {
  targets.push(...promises)
  if (promises.some(({ met }) => !met)) process.exitCode = 1
}

function judgeAccess(): unknown {
  const figures = measureAccess(rounds)
  print(`\n${accessLines(figures).join('\n')}`)
  const seconds = median(figures.matrix)
  const rate = median(figures.singles)
  const size = `${figures.people} principals x ${figures.repositories} repositories x ${figures.actions} actions`
  targets.push(target(`${size} in 10 s`, seconds, 's', seconds < 10))
  targets.push(target('200,000 single decisions a second', rate, 'a second', rate >= 200_000))
  targets.push(target('access in 500 MB', figures.peakBytes / 1e6, 'MB', figures.peakBytes < 500e6))
  return figures
}

function save(): void {
  mkdirSync('.cache/bench', { recursive: true })
  const file = `.cache/bench/${new Date().toISOString().replaceAll(':', '-')}.json`
  const versions = Object.fromEntries(tools.map(({ name, version, how }) => [name, { version, how }]))
  writeFileSync(
    file,
    `${JSON.stringify({ rounds, cores: availableParallelism(), versions, results, targets }, null, 2)}\n`,
  )
  print(`\nEvery figure: ${file}`)
}
