// `npm run picture`: plays the demo and draws what the terminal shows into docs/assets/demo.svg.
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ensureBuilt, ensureInstalled, requireNode, root, say } from './setup.mjs'

const colours = { 31: '#e5534b', 32: '#57ab5a', 33: '#c69026' }
const cell = { width: 8.4, height: 19 }
const margin = 18

function escaped(text) {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
}

/** One terminal line as tspans; only the few styles that the demo uses. */
function line(text) {
  let style = {}
  return text
    .split(/\u001b\[([\d;]+)m/)
    .map((part, index) => {
      if (index % 2 === 1) {
        style = next(style, Number(part))
        return ''
      }
      if (part === '') return ''
      const attributes = Object.entries(style).map(([name, value]) => ` ${name}="${value}"`)
      return `<tspan${attributes.join('')}>${escaped(part)}</tspan>`
    })
    .join('')
}

function next(style, code) {
  if (code === 1) return { ...style, 'font-weight': 'bold' }
  if (code === 2) return { ...style, opacity: '0.65' }
  if (code === 22) return Object.fromEntries(Object.entries(style).filter(([name]) => name === 'fill'))
  if (code === 39) return Object.fromEntries(Object.entries(style).filter(([name]) => name !== 'fill'))
  return colours[code] ? { ...style, fill: colours[code] } : {}
}

function draw(lines) {
  const width = Math.ceil(100 * cell.width + 2 * margin)
  const height = lines.length * cell.height + 2 * margin
  const rows = lines.map(
    (text, index) =>
      `<text x="${margin}" y="${margin + 14 + index * cell.height}" xml:space="preserve">${line(text)}</text>`,
  )
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="What holdfast demo prints">
<rect width="100%" height="100%" rx="8" fill="#1c2128"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" fill="#cdd9e5">
${rows.join('\n')}
</g>
</svg>
`
}

requireNode()
await ensureInstalled()
await ensureBuilt()
const output = execFileSync(process.execPath, ['dist/cli/bin.js', 'demo', '--quiet'], {
  cwd: root,
  encoding: 'utf8',
  env: { ...process.env, FORCE_COLOR: '1' },
})
const lines = ['$ npm start', '', ...output.trimEnd().split('\n')]
mkdirSync(join(root, 'docs/assets'), { recursive: true })
writeFileSync(join(root, 'docs/assets/demo.svg'), draw(lines))
say(`Drew ${lines.length} lines into docs/assets/demo.svg`)
