import { systemClock } from '../core/clock.ts'
import type { Log, Run } from '../core/run.ts'
import type { Config } from './config.ts'
import type { Io } from './io.ts'
import { startProgress } from './progress.ts'

/** The options that every command has. */
export interface GlobalOptions {
  format: 'table' | 'json'
  query?: string
  config?: string
  profile?: string
  region?: string
  roleArn?: string
  externalId?: string
  endpointUrl?: string
  registryEndpoint?: string
  quiet?: boolean
  debug?: boolean
}

/** What a command gets: how to stop, whom to tell, where settings come from, and how to answer. */
export interface CommandContext {
  io: Io
  run: Run
  global: GlobalOptions
  config: Config
  /** Answers: the document with `--format json` (through `--query`), else the text. Called once. */
  answer(document: object, text: () => string): Promise<void>
  /** Shown above a table; a JSON document carries the same in its fields. */
  header(line: string): void
}

export interface OpenContext extends CommandContext {
  warnings: string[]
  close(): void
}

export function openContext(io: Io, global: GlobalOptions, config: Config): OpenContext {
  const warnings: string[] = []
  const progress = startProgress(io, global.quiet === true)
  const log: Log = {
    debug: (line) => {
      if (global.debug) progress.line(`debug: ${line}`)
    },
    warn: (line) => {
      warnings.push(line)
      progress.line(`warning: ${line}`)
    },
  }
  const run: Run = { signal: io.signal, clock: systemClock, log, progress }
  return {
    io,
    run,
    global,
    config,
    warnings,
    close: progress.stop,
    header: (line) => {
      if (global.format === 'table') io.stdout(`${line}\n\n`)
    },
    answer: async (document, text) => {
      progress.stop()
      if (global.format === 'json') io.stdout(await jsonText(withWarnings(document, warnings), global.query))
      else io.stdout(`${text().replace(/\n+$/, '')}\n`)
    },
  }
}

function withWarnings(document: object, warnings: string[]): object {
  return warnings.length > 0 ? { ...document, warnings } : document
}

/** One document, two spaces, one line feed at the end. */
export async function jsonText(document: object, query?: string): Promise<string> {
  if (query === undefined) return `${JSON.stringify(document, null, 2)}\n`
  const { applyQuery } = await import('./query.ts')
  return `${JSON.stringify(applyQuery(document, query), null, 2)}\n`
}
