// `npm run planted-bugs [-- WORDS]`: does the suite find what test/planted-bugs.mjs breaks? Each bug is put into a copy
// of the tree in a temp folder, and only the tests that should find it are run. WORDS: bugs whose names contain them.
// With --check nothing is run: it only says which patches no longer fit.

import { spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { bugs, canary } from '../test/planted-bugs.mjs'
import { ensureInstalled, requireNode, root, say, tidyEnv } from './setup.mjs'

const atOnce = 2
/** Some bugs make a test wait for ever. Far longer than any test of a bug needs. */
const testLimit = 30_000
const runLimit = 180_000
const leftOut = ['.git', '.cache', '.tools', 'node_modules', 'dist', 'coverage', 'holdfast-vault']

requireNode()
await ensureInstalled()
const onlyCheck = process.argv[2] === '--check'
const words = process.argv.slice(onlyCheck ? 3 : 2).join(' ')
const chosen = words ? bugs.filter(({ name }) => name.includes(words)) : bugs
if (chosen.length === 0) throw new Error(`No bug's name contains ${JSON.stringify(words)}.`)
const unfit = chosen.filter((bug) => occurrences(root, bug) !== 1)
for (const { name, file } of unfit) say(`Its text is not in ${file} exactly once: ${name}`)
const temporary = mkdtempSync(join(tmpdir(), 'holdfast-bugs-'))
try {
  process.exitCode = unfit.length === 0 && (onlyCheck || (await main())) ? 0 : 1
} finally {
  rmSync(temporary, { recursive: true, force: true })
}

function occurrences(tree, { file, find }) {
  return readFileSync(join(tree, file), 'utf8').split(find).length - 1
}

async function main() {
  const began = Date.now()
  const trees = Array.from({ length: atOnce }, (_, at) => copyOfTree(String(at)))
  const tests = [...new Set([...chosen, canary].flatMap((bug) => bug.tests))]
  say(`${tests.length} test files without a bug ...`)
  const healthy = await runTests(trees[0], tests)
  if (healthy.outcome !== 'missed') {
    say(`They must pass first: ${healthy.why}`)
    return false
  }
  const queue = [canary, ...chosen]
  const results = new Map()
  await Promise.all(
    trees.map(async (tree) => {
      for (let bug = queue.shift(); bug; bug = queue.shift()) {
        results.set(bug, await tryBug(tree, bug))
        say(`${results.get(bug).outcome.padEnd(7)} ${bug.name}`)
      }
    }),
  )
  return report(results, Math.round((Date.now() - began) / 1000))
}

function report(results, seconds) {
  const outcomes = (wanted) => chosen.filter((bug) => results.get(bug).outcome === wanted)
  const lines = chosen.map((bug) => {
    const { outcome, why, ms } = results.get(bug)
    return `| ${bug.name} | \`${bug.file}\` | ${outcome} | ${why} | ${(ms / 1000).toFixed(1)} s |`
  })
  process.stdout.write(
    `| planted bug | in | outcome | by | time |\n| --- | --- | --- | --- | --- |\n${lines.join('\n')}\n\n`,
  )
  const [found, missed, broken] = ['found', 'missed', 'error'].map((outcome) => outcomes(outcome).length)
  const alive = results.get(canary).outcome === 'missed'
  process.stdout.write(`canary ${alive ? 'missed, as it must be' : 'NOT missed: this harness cannot fail'}\n`)
  process.stdout.write(
    `${found} found, ${missed} missed${broken ? `, ${broken} in error` : ''} (${seconds} s)\n`,
  )
  return alive && found === chosen.length
}

function copyOfTree(name) {
  const tree = join(temporary, name)
  cpSync(root, tree, { recursive: true, filter: (path) => !leftOut.includes(basename(path)) })
  symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'))
  return tree
}

async function tryBug(tree, { file, find, replace, tests }) {
  const began = Date.now()
  const path = join(tree, file)
  const whole = readFileSync(path, 'utf8')
  writeFileSync(
    path,
    whole.replace(find, () => replace),
  )
  try {
    return { ...(await runTests(tree, tests)), ms: Date.now() - began }
  } finally {
    writeFileSync(path, whole)
  }
}

/** A test that failed has found it. A file that could not even be loaded has found a bad patch: that is an error. */
async function runTests(tree, tests) {
  const out = join(tree, 'planted-bug.json')
  rmSync(out, { force: true })
  const args = ['run', '--project', 'fast', '--bail', '1', `--testTimeout=${testLimit}`]
  const asJson = ['--reporter=json', `--outputFile=${out}`]
  const ended = await runNode(tree, ['node_modules/vitest/vitest.mjs', ...args, ...asJson, ...tests])
  if (ended === 'timeout') return { outcome: 'found', why: 'no test ended' }
  const { testResults, numPassedTests } = JSON.parse(readFileSync(out, 'utf8'))
  const failed = testResults.flatMap((one) => one.assertionResults).find(({ status }) => status === 'failed')
  if (failed) return { outcome: 'found', why: failed.fullName.replaceAll('|', '/').slice(0, 110) }
  if (ended === 0 && numPassedTests > 0) return { outcome: 'missed', why: 'nothing' }
  const message = testResults.find(({ status }) => status === 'failed')?.message ?? `exit ${ended}`
  return { outcome: 'error', why: message.split('\n')[0].slice(0, 200) }
}

function runNode(tree, args) {
  return new Promise((resolve, reject) => {
    const env = { ...tidyEnv, XDG_CACHE_HOME: join(tree, '.cache') }
    const child = spawn(process.execPath, args, { cwd: tree, stdio: 'ignore', env })
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      resolve('timeout')
    }, runLimit)
    child.on('error', reject)
    child.on('close', (code) => {
      clearTimeout(timer)
      resolve(code ?? 1)
    })
  })
}
