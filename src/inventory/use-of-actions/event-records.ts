import { HoldfastError } from '../../core/errors.ts'

/**
 * The records of a file: a log file of CloudTrail (`Records`), the answer of LookupEvents (`Events`), a list, one event
 * a line, or what Athena writes (CSV with a line of names).
 */
export function* recordsIn(text: string, file: string): Generator<unknown> {
  const begin = text.trimStart()[0]
  if (begin === '[' || begin === '{') yield* jsonRecords(text, file)
  else if (begin !== undefined) yield* csvRecords(text, file)
}

function* jsonRecords(text: string, file: string): Generator<unknown> {
  const whole = parsed(text)
  if (whole !== undefined) {
    yield* listed(whole)
    return
  }
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue
    const record = parsed(line)
    if (record === undefined) throw broken(file, `line ${at + 1} is not JSON`)
    yield* listed(record)
  }
}

function* listed(whole: unknown): Generator<unknown> {
  if (Array.isArray(whole)) {
    for (const one of whole) yield* listed(one)
    return
  }
  const { Records, Events, CloudTrailEvent } = (whole ?? {}) as Record<string, unknown>
  if (Array.isArray(Records)) yield* Records
  else if (Array.isArray(Events)) yield* listed(Events)
  else if (typeof CloudTrailEvent === 'string') yield parsed(CloudTrailEvent)
  else yield whole
}

/** Names of columns, in the lower case of Athena, as CloudTrail writes them. */
const columns: Record<string, string> = {
  eventtime: 'eventTime',
  eventsource: 'eventSource',
  eventname: 'eventName',
  eventtype: 'eventType',
  awsregion: 'awsRegion',
  errorcode: 'errorCode',
  requestparameters: 'requestParameters',
  useridentity: 'userIdentity',
  resources: 'resources',
  recipientaccountid: 'recipientAccountId',
}
const needed = ['eventTime', 'eventSource', 'eventName', 'awsRegion', 'userIdentity']

function* csvRecords(text: string, file: string): Generator<unknown> {
  const rows = csvRows(text)
  const first = rows.next()
  const head = first.done ? [] : first.value
  const names = head.map((name) => columns[name.trim().toLowerCase()] ?? '')
  const missing = needed.filter((name) => !names.includes(name))
  if (missing.length > 0) throw broken(file, `it has no column ${missing.join(', ').toLowerCase()}`)
  for (const row of rows)
    yield Object.fromEntries(row.map((cell, at) => [names[at] ?? '', cell]).filter(([name]) => name !== ''))
}

/** Cells may be quoted, and hold commas, quotes that are written twice, and line feeds. */
function* csvRows(text: string): Generator<string[]> {
  const cell = /"((?:[^"]|"")*)"(,|\r?\n|$)|([^,\r\n]*)(,|\r?\n|$)/y
  let row: string[] = []
  while (cell.lastIndex < text.length) {
    const found = cell.exec(text)
    if (!found) return
    const [, quoted, behindQuoted, plain = '', behind] = found
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'))
    if ((behindQuoted ?? behind) === ',') continue
    if (row.length > 1 || row[0] !== '') yield row
    row = []
  }
  if (row.length > 0) yield row
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function broken(file: string, why: string): HoldfastError {
  return new HoldfastError('config-invalid', {
    what: `${file} is no list of events.`,
    why: `There, ${why}.`,
    next: 'Give log files of CloudTrail, the answer of lookup-events, or an export of Athena as CSV.',
  })
}
