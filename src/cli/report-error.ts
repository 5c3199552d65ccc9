import { type HoldfastError, toHoldfastError } from '../core/errors.ts'
import type { ErrorDocument } from './command.ts'
import { exitWords } from './exit-words.ts'
import type { Io } from './io.ts'

interface ReportOptions {
  json: boolean
  debug: boolean
  warnings?: string[]
}

/** Shows an error as what / why / next (or as the one JSON document) and answers the exit code. */
export function reportError(thrown: unknown, io: Io, options: ReportOptions): number {
  const error = io.signal.aborted ? asInterrupted(thrown) : toHoldfastError(thrown)
  if (options.json) io.stdout(`${JSON.stringify(documentOf(error, options.warnings), null, 2)}\n`)
  const lines = [`Error: ${error.message}`]
  if (error.why) lines.push(`  Why:  ${error.why}`)
  lines.push(`  Next: ${error.next}`, `  Code: ${error.code} (holdfast explain ${error.code})`)
  if (options.debug) lines.push(stackOf(thrown))
  io.stderr(`${lines.join('\n')}\n${lastLine(error.exitCode)}\n`)
  return error.exitCode
}

/** After Ctrl-C whatever fails, fails because of it. */
function asInterrupted(thrown: unknown): HoldfastError {
  const error = toHoldfastError(thrown)
  if (error.code === 'interrupted') return error
  return toHoldfastError(new DOMException('interrupted', 'AbortError'))
}

function documentOf(error: HoldfastError, warnings: string[] | undefined): ErrorDocument {
  return {
    schema: 'holdfast.error/1',
    error: { code: error.code, what: error.message, ...(error.why && { why: error.why }), next: error.next },
    exitCode: error.exitCode,
    ...(warnings?.length && { warnings }),
  }
}

function stackOf(thrown: unknown): string {
  const stack = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)
  const cause = thrown instanceof Error && thrown.cause ? `\nCaused by: ${stackOf(thrown.cause)}` : ''
  return `${stack}${cause}`
}

/** The last line on stderr of a command that did not end with 0. */
export function lastLine(code: number): string {
  return `holdfast: exit ${code}, ${exitWords[code] ?? 'failed'}`
}
