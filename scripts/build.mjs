import { build, ensureInstalled, requireNode, say } from './setup.mjs'

requireNode()
await ensureInstalled()
await build()
say('Built dist/.')
