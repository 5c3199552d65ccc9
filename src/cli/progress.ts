import { formatBytes, formatCount, formatDuration } from '../core/bytes.ts'
import type { Progress } from '../core/run.ts'
import type { Io } from './io.ts'

/** Progress on stderr: one line redrawn on a terminal, else a plain line each 30 s while something goes on. */
export interface ProgressSink extends Progress {
  /** A line of its own that does not tear the status line. */
  line(text: string): void
  /** Takes the status line away before something is written to stdout, which may be the same terminal. */
  clear(): void
  stop(): void
}

interface Counts {
  name: string
  items: number
  bytes: number
  ofItems: number
  ofBytes: number
  startedAt: number
}

export function startProgress(io: Io, quiet: boolean): ProgressSink {
  const every = io.stderrIsTerminal ? 100 : 30_000
  let current: Counts | undefined
  let timer: NodeJS.Timeout | undefined
  const clear = () => {
    if (io.stderrIsTerminal && current) io.stderr('\r\x1b[2K')
  }
  const draw = () => {
    if (!current) return
    io.stderr(
      io.stderrIsTerminal ? `\r\x1b[2K${statusLine(current).slice(0, 99)}` : `${statusLine(current)}\n`,
    )
  }
  const stop = () => {
    clearInterval(timer)
    timer = undefined
    clear()
    current = undefined
  }
  const line = (text: string) => {
    clear()
    io.stderr(`${text}\n`)
  }
  if (quiet) return { phase: () => {}, advance: () => {}, expect: () => {}, line, clear, stop }
  return {
    line,
    clear,
    stop,
    phase: (name, total = {}) => {
      clear()
      current = startOf(name, total)
      if (io.stderrIsTerminal) draw()
      timer ??= setInterval(draw, every).unref()
    },
    advance: ({ items = 0, bytes = 0 }) => {
      if (!current) return
      current.items += items
      current.bytes += bytes
    },
    expect: ({ items = 0, bytes = 0 }) => {
      if (!current) return
      current.ofItems += items
      current.ofBytes += bytes
    },
  }
}

function startOf(name: string, total: { items?: number; bytes?: number }): Counts {
  return {
    name,
    items: 0,
    bytes: 0,
    ofItems: total.items ?? 0,
    ofBytes: total.bytes ?? 0,
    startedAt: performance.now(),
  }
}

/** `Copying: 12 of 40, 120 MiB of 2.0 GiB, 410 MiB/s, 5 s left` */
export function statusLine(counts: Counts): string {
  const parts: string[] = []
  if (counts.items > 0 || counts.ofItems > 0) parts.push(ofTotal(counts.items, counts.ofItems, formatCount))
  if (counts.bytes > 0) parts.push(ofTotal(counts.bytes, counts.ofBytes, formatBytes))
  const elapsed = performance.now() - counts.startedAt
  if (counts.bytes > 0 && elapsed > 1000) {
    const rate = counts.bytes / (elapsed / 1000)
    parts.push(`${formatBytes(rate)}/s`)
    if (counts.ofBytes > counts.bytes)
      parts.push(`${formatDuration(((counts.ofBytes - counts.bytes) / rate) * 1000)} left`)
  }
  const name = `${counts.name.charAt(0).toUpperCase()}${counts.name.slice(1)}`
  return parts.length > 0 ? `${name}: ${parts.join(', ')}` : `${name} ...`
}

function ofTotal(done: number, total: number, format: (value: number) => string): string {
  return total > 0 ? `${format(done)} of ${format(total)}` : format(done)
}
