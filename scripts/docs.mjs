// `npm run docs`: writes the pages that are made from the code.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build, ensureInstalled, requireNode, root, say } from './setup.mjs'

requireNode()
await ensureInstalled()
await build()
const { referencePages } = await import('../dist/cli/reference-pages.js')
for (const [path, text] of Object.entries(referencePages())) {
  writeFileSync(join(root, path), text)
  say(`Wrote ${path}`)
}
