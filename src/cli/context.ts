import { systemClock } from '../core/clock.ts'
import type { Log, Run } from '../core/run.ts'
import { jsonDocument } from '../report/json-text.ts'
import type { Config } from './config.ts'
import type { Io } from './io.ts'
import { startProgress } from './progress.ts'

/** The options that every command has. */
export interface GlobalOptions {
  /** `table`, `json`, or one of the command's own (`formats` of its spec). */
  format: string
  query?: string
  config?: string
  profile?: string
  region?: string
  roleArn?: string
  externalId?: string
  endpointUrl?: string
  registryEndpoint?: string
  /** Only commands that talk to ECR a lot have it. */
  budget?: string
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
  answer(document: object, text: () => string | Iterable<string>): Promise<void>
  /** The answer of the person at the terminal; undefined when there is none. Progress gives way. */
  ask(question: string): Promise<string | undefined>
  /** Shown above a table; a JSON document carries the same in its fields. */
  header(line: string): void
}

export interface OpenContext extends CommandContext {
  warnings: string[]
  /** Whether the document is out. */
  answered(): boolean
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
  let answered = false
  const run: Run = { signal: io.signal, clock: systemClock, log, progress }
  return {
    io,
    run,
    global,
    config,
    warnings,
    answered: () => answered,
    close: progress.stop,
    header: (line) => {
      progress.clear()
      if (global.format === 'table') io.stdout(`${line}\n\n`)
    },
    ask: async (question) => {
      progress.stop()
      return io.ask?.(question)
    },
    answer: async (document, text) => {
      progress.stop()
      const json = global.format === 'json'
      const shown = json ? await jsonText(withWarnings(document, warnings), global.query) : text()
      answered = true
      if (typeof shown === 'string') io.stdout(plainText(shown))
      else for (const part of shown) io.stdout(part)
    },
  }
}

function withWarnings(document: object, warnings: string[]): object {
  if (warnings.length === 0) return document
  const own = 'warnings' in document && Array.isArray(document.warnings) ? document.warnings : []
  return { ...document, warnings: [...own, ...warnings] }
}

function plainText(text: string): string {
  return `${text.replace(/\n+$/, '')}\n`
}

export async function jsonText(document: object, query?: string): Promise<string> {
  if (query === undefined) return jsonDocument(document)
  const { applyQuery } = await import('./query.ts')
  return jsonDocument(applyQuery(document, query))
}
