// Everything that judges the source without running it: types, lint and format, unused code. `npm test` runs it too.
import { bin, ensureInstalled, node, requireNode, say } from './setup.mjs'

const checks = [
  ['types', [bin('typescript/bin/tsc'), '-p', '.']],
  ['lint and format', [bin('@biomejs/biome/bin/biome'), 'check', '--error-on-warnings', '.']],
  ['unused code', [bin('knip/bin/knip.js'), '--no-progress']],
  ['package', [bin('publint/src/cli.js'), 'run', '--pack', 'false', '--strict']],
]

export async function check() {
  const codes = await Promise.all(checks.map(([, args]) => node(args)))
  const failed = checks.filter((_, index) => codes[index] !== 0).map(([name]) => name)
  say(
    failed.length === 0
      ? `Checks passed: ${checks.map(([name]) => name).join('; ')}.`
      : `Checks failed: ${failed.join('; ')}.`,
  )
  return failed.length === 0
}

if (import.meta.url === `file://${process.argv[1]}`) {
  requireNode()
  await ensureInstalled()
  process.exitCode = (await check()) ? 0 : 1
}
