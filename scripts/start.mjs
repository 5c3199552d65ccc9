// `npm start [-- ARGS]`: install, build, then `holdfast demo ARGS`.
import { ensureBuilt, ensureInstalled, node, requireNode } from './setup.mjs'

requireNode()
await ensureInstalled()
await ensureBuilt()
process.exitCode = await node(['dist/cli/bin.js', 'demo', ...process.argv.slice(2)], { stdio: 'inherit' })
