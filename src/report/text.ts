import { displayWidth, wrap } from './wrap.ts'

export interface TableOptions {
  /** Columns of the terminal; default 100. */
  width?: number
  /** Spaces before every line. */
  indent?: number
  /** Adds colour after everything was measured. It sees padded text and must keep its visible characters. */
  paint?: (text: string, cell: { row: number; column: number }) => string
}

const gap = 2
const narrowest = 12

/**
 * Characters that a terminal acts on or that nobody can see: controls, escapes, line separators, marks of
 * direction, zero-width characters, tags, halves of surrogate pairs. A joiner of zero width is among them.
 */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/gu

/**
 * What the runner of GitHub Actions obeys when it sees it in the output of a step: `::add-mask::`, `::error file=x::`
 * at the start of a line, `##[group]` anywhere. `arn:aws:iam::aws:policy/x` and `AWS::ECR::Repository` are none.
 */
const workflowCommands =
  'add-mask|add-matcher|add-path|debug|echo|endgroup|error|group|notice|remove-matcher|save-state|set-env|set-output|stop-commands|warning'
const workflowCommand = new RegExp(`::(?=(?:${workflowCommands})(?: .*?)?::)|##(?=\\[)`, 'gi')

/**
 * Makes a name or a message from outside harmless: what a terminal or a CI runner would act on is shown as an escape,
 * so nothing moves the cursor, colours, erases, reorders or hides text. Safe text comes back as it is.
 */
export function plainText(text: string): string {
  const visible = text.replace(unprintable, (character) => {
    const code = character.codePointAt(0) ?? 0
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`
  })
  return visible.replace(workflowCommand, (command) => (command === '::' ? ':\\x3a' : '#\\x23'))
}

/**
 * Rows of cells in aligned columns, each cell made harmless first. What does not fit is wrapped inside its column,
 * widest column first, and never cut.
 */
export function table(rows: readonly (readonly string[])[], options: TableOptions = {}): string {
  const { width = 100, indent = 0, paint = (text) => text } = options
  const cells = rows.map((row) => row.map(plainText))
  const widths = columnWidths(cells, width - indent)
  const margin = ' '.repeat(indent)
  return cells.flatMap((row, at) => tableLines(row, at, { widths, margin, paint })).join('\n')
}

interface Layout {
  widths: number[]
  margin: string
  paint: NonNullable<TableOptions['paint']>
}

function tableLines(row: readonly string[], at: number, { widths, margin, paint }: Layout): string[] {
  const wrapped = row.map((cell, column) => wrap(cell, widths[column] ?? narrowest))
  const height = Math.max(1, ...wrapped.map((lines) => lines.length))
  return Array.from({ length: height }, (_, line) => {
    const last = lastFilled(wrapped, line)
    const texts = wrapped.slice(0, last + 1).map((lines, column) => {
      const text = lines[line] ?? ''
      const padded = column === last ? text : text + ' '.repeat((widths[column] ?? 0) - displayWidth(text))
      return padded.trim() === '' ? padded : paint(padded, { row: at, column })
    })
    return texts.length === 0 ? '' : margin + texts.join(' '.repeat(gap))
  })
}

function lastFilled(wrapped: string[][], line: number): number {
  return wrapped.findLastIndex((lines) => (lines[line] ?? '') !== '')
}

/** As wide as the widest cell; the widest columns give way until the whole fits or all are as narrow as allowed. */
function columnWidths(cells: readonly string[][], available: number): number[] {
  const widths: number[] = []
  for (const row of cells) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, displayWidth(cell))
    })
  }
  const total = () => widths.reduce((sum, width) => sum + width, 0) + gap * (widths.length - 1)
  for (let over = total() - available; over > 0; over = total() - available) {
    const widest = widths.indexOf(Math.max(...widths))
    const width = widths[widest] ?? 0
    if (width <= narrowest) break
    const second = Math.max(narrowest, ...widths.filter((_, column) => column !== widest))
    widths[widest] = Math.max(narrowest, width - over, Math.min(second, width - 1))
  }
  return widths
}

/** Text of our own with names from outside in it: harmless, wrapped, each line indented. */
export function paragraph(text: string, options: { width?: number; indent?: number } = {}): string {
  const { width = 100, indent = 0 } = options
  const margin = ' '.repeat(indent)
  return wrap(plainText(text), width - indent)
    .map((line) => `${margin}${line}`)
    .join('\n')
}
