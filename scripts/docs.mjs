// `npm run docs`: writes the pages that are made from the code.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { build, ensureInstalled, requireNode, root, say } from './setup.mjs'

requireNode()
await ensureInstalled()
await build()
// Nothing stays of a control that is gone.
rmSync(join(root, 'docs/controls'), { recursive: true, force: true })
const { referencePages } = await import('../dist/cli/reference-pages.js')
for (const [path, text] of Object.entries(referencePages())) {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
  say(`Wrote ${path}`)
}
