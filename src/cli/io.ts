/** Everything that a command may touch of the process: tests pass their own. */
export interface Io {
  stdout: (text: string) => void
  stderr: (text: string) => void
  /** Columns of the terminal behind stdout, or undefined when it is not a terminal. */
  columns: number | undefined
  /** True when progress can be drawn on one line. */
  stderrIsTerminal: boolean
  env: Record<string, string | undefined>
  cwd: string
  /** All of standard input; absent: that of the process. */
  stdin?: () => Promise<string>
  /** Asks the person at the terminal and answers their line; absent: nobody is there who could be asked. */
  ask?: (question: string) => Promise<string>
  /** Aborted by Ctrl-C or a termination signal. */
  signal: AbortSignal
}

/** ANSI colours are for terminals only, and never when NO_COLOR is set. */
export function wantsColour(io: Io): boolean {
  if (io.env['NO_COLOR']) return false
  if (io.env['FORCE_COLOR'] && io.env['FORCE_COLOR'] !== '0') return true
  return io.columns !== undefined && io.env['TERM'] !== 'dumb'
}

/** The width that text is wrapped to: the terminal's, 100 at most. */
export function widthOf(io: Io): number {
  return Math.max(60, Math.min(io.columns ?? 100, 100))
}
