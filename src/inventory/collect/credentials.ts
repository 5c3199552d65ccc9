import { GenerateCredentialReportCommand, GetCredentialReportCommand, IAMClient } from '@aws-sdk/client-iam'
import { HoldfastError } from '../../core/errors.ts'
import type { UserCredentials } from '../neighbours.ts'
import { type Asking, ask, unlessNone } from './question.ts'

/** What the SDK calls ReportNotPresent, ReportExpired and ReportInProgress. */
const noReport = [
  'CredentialReportNotPresentException',
  'CredentialReportExpiredException',
  'CredentialReportNotReadyException',
]
const waits = 30
const waitMs = 2000

/** The credential report; IAM is asked to make one only when there is none of the last four hours. */
export async function collectCredentials(asking: Asking): Promise<UserCredentials[]> {
  const client = new IAMClient(asking.aws.clientConfig('iam'))
  const read = () =>
    ask(
      'iam:GetCredentialReport',
      client.send(new GetCredentialReportCommand({}), { abortSignal: asking.signal }),
    )
  try {
    let answer = await unlessNone(read(), ...noReport)
    if (!answer) {
      await waitForReport(client, asking)
      answer = await read()
    }
    return parseCredentialReport(Buffer.from(answer.Content ?? []).toString('utf8'))
  } finally {
    client.destroy()
  }
}

async function waitForReport(client: IAMClient, { signal, clock }: Asking): Promise<void> {
  for (let wait = 0; wait < waits; wait++) {
    const command = new GenerateCredentialReportCommand({})
    const { State } = await ask('iam:GenerateCredentialReport', client.send(command, { abortSignal: signal }))
    if (State === 'COMPLETE') return
    await clock.sleep(waitMs, signal)
  }
  throw new HoldfastError('aws-request-failed', {
    what: 'iam:GenerateCredentialReport did not finish.',
    why: `IAM was still making the report after ${(waits * waitMs) / 1000} s.`,
    next: 'Run again in a few minutes.',
  })
}

/** CSV with a header. A user name may hold commas, which the report does not quote: they shift the columns. */
export function parseCredentialReport(text: string): UserCredentials[] {
  const [header = '', ...lines] = text.trim().split(/\r?\n/)
  const columns = header.split(',')
  return lines.filter((line) => line !== '').map((line) => toCredentials(cellsOf(line, columns)))
}

function cellsOf(line: string, columns: readonly string[]): Map<string, string> {
  const parts = line.split(',')
  // The name stands in the first column and at the end of the ARN in the second.
  const commas = Math.max(0, Math.floor((parts.length - columns.length) / 2))
  const joined = [
    parts.slice(0, commas + 1).join(','),
    parts.slice(commas + 1, 2 * commas + 2).join(','),
    ...parts.slice(2 * commas + 2),
  ]
  return new Map(columns.map((column, at) => [column, joined[at] ?? '']))
}

function toCredentials(cells: Map<string, string>): UserCredentials {
  const is = (column: string) => cells.get(column)?.toLowerCase() === 'true'
  return {
    user: cells.get('user') ?? '',
    arn: cells.get('arn') ?? '',
    // The root's row says `not_supported`: it always has a password.
    password: is('password_enabled') || cells.get('password_enabled') === 'not_supported',
    ...time('passwordLastUsed', cells.get('password_last_used')),
    mfa: is('mfa_active'),
    keys: [1, 2]
      .filter((n) => is(`access_key_${n}_active`) || isTime(cells.get(`access_key_${n}_last_rotated`)))
      .map((n) => ({
        active: is(`access_key_${n}_active`),
        ...time('rotatedAt', cells.get(`access_key_${n}_last_rotated`)),
        ...time('lastUsed', cells.get(`access_key_${n}_last_used_date`)),
        ...service(cells.get(`access_key_${n}_last_used_service`)),
      })),
  }
}

function isTime(text = ''): boolean {
  return /^\d{4}-\d\d-\d\dT/.test(text)
}

function time<K extends string>(name: K, text: string | undefined): { [key in K]?: string } {
  return (isTime(text) ? { [name]: text } : {}) as { [key in K]?: string }
}

function service(text = 'N/A'): { lastUsedService?: string } {
  return text === 'N/A' || text === '' ? {} : { lastUsedService: text }
}
