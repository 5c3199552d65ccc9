// `npm test [-- ARGS]`: install, build, check, then the suite that needs nothing but Node. ARGS go to Vitest.
import { check } from './check.mjs'
import { bin, build, ensureInstalled, node, requireNode, say, tidyEnv } from './setup.mjs'

requireNode()
await ensureInstalled()
say('Building and checking types, lint and unused code ...')
await build()
const clean = await check()
say('Running the tests ...')
const code = await node([bin('vitest/vitest.mjs'), 'run', '--project', 'fast', ...process.argv.slice(2)], {
  stdio: ['ignore', 'inherit', 'inherit'],
  env: { ...tidyEnv, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
})
process.exitCode = code !== 0 || !clean ? 1 : 0
