// `npm run bench [-- --rounds N --set big|small|audit|scale|access]`: installs, builds, then measures. The bench is TypeScript that Node
// 20 can't run by itself, so it is compiled into .cache first.
import { bin, ensureBuilt, ensureInstalled, node, requireNode } from './setup.mjs'

requireNode()
await ensureInstalled()
await ensureBuilt()
const compiled = await node([bin('typescript/bin/tsc'), '-p', 'bench'])
process.exitCode =
  compiled ||
  (await node(['.cache/bench/js/bench/main.js', ...process.argv.slice(2)], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
  }))
