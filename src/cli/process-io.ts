import { writeSync } from 'node:fs'
import { createInterface } from 'node:readline/promises'
import type { Io } from './io.ts'

/**
 * The real process as an Io. The first Ctrl-C (or SIGTERM) aborts the signal, so that the command can stop
 * cleanly; the second ends the process at once. A reader that went away (`| head`) stops no work: a backup goes on to
 * its end, temporary folders are removed, and the exit code is the true one.
 */
export function processIo(): { io: Io; finish: (code: number) => void } {
  const controller = new AbortController()
  const stop = (signal: NodeJS.Signals) => {
    if (controller.signal.aborted) process.exit(130)
    process.stderr.write(`\nStopping (${signal}); once more to stop at once ...\n`)
    controller.abort()
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
  process.stdout.on('error', onBrokenOutput)
  process.stderr.on('error', onBrokenOutput)
  const io: Io = {
    stdout: (text) => process.stdout.write(text),
    stderr: (text) => process.stderr.write(text),
    columns: process.stdout.isTTY ? process.stdout.columns : undefined,
    stderrIsTerminal: process.stderr.isTTY === true && process.env['TERM'] !== 'dumb',
    env: process.env,
    cwd: process.cwd(),
    signal: controller.signal,
    ...(process.stdin.isTTY && process.stderr.isTTY && { ask: asking(controller.signal) }),
  }
  return { io, finish }
}

/** On stderr, so that stdout stays the result. The end of the input (Ctrl-D) is an empty answer. */
function asking(signal: AbortSignal): (question: string) => Promise<string> {
  return async (question) => {
    // Without line editing Ctrl-C stays a signal.
    const lines = createInterface({ input: process.stdin, output: process.stderr, terminal: false })
    const ended = new Promise<string>((resolve) => {
      lines.once('close', () => resolve(''))
    })
    try {
      return await Promise.race([lines.question(question, { signal }), ended])
    } finally {
      lines.close()
    }
  }
}

/** Sets the code and lets pending writes drain; handles that are still open do not keep the process. */
function finish(code: number): void {
  process.exitCode = code
  process.stdout.write('', () => process.stderr.write('', () => process.exit(code)))
}

function onBrokenOutput(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') return
  writeSync(2, `holdfast: cannot write its output: ${error.message}\n`)
  process.exit(1)
}
