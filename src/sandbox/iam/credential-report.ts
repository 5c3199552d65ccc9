import { AwsError } from '../http.ts'
import { isoSeconds } from '../query-input.ts'
import type { QueryCall } from '../query-service.ts'
import type { Account } from '../world.ts'
import type { Xml } from '../xml.ts'
import { iamOf, userArn, usersOf } from './directory.ts'
import type { IamKey, IamUser } from './state.ts'

const fourHours = 4 * 60 * 60 * 1000

const columns = [
  'user',
  'arn',
  'user_creation_time',
  'password_enabled',
  'password_last_used',
  'password_last_changed',
  'password_next_rotation',
  'mfa_active',
  ...[1, 2].flatMap((at) => [
    `access_key_${at}_active`,
    `access_key_${at}_last_rotated`,
    `access_key_${at}_last_used_date`,
    `access_key_${at}_last_used_region`,
    `access_key_${at}_last_used_service`,
  ]),
  ...[1, 2].flatMap((at) => [`cert_${at}_active`, `cert_${at}_last_rotated`]),
]

/**
 * The first call starts a report, the next one finds it done; for four hours there is no newer one.
 * Assumption: how long AWS takes is up to it; here a report is done by the next request.
 */
export function generateCredentialReport({ account, world }: QueryCall): Xml {
  const iam = (account.iam ??= iamOf(account))
  const { report } = iam
  if (report && world.now() - report.generatedAt < fourHours) {
    iam.report = { ...report, state: 'complete' }
    return { State: 'COMPLETE' }
  }
  iam.report = { state: 'started', generatedAt: world.now() }
  return { State: 'STARTED', Description: 'No report exists. Starting a new report generation task' }
}

/** Shows the identities as they are now, not as they were when the report was made. */
export function getCredentialReport({ account, world }: QueryCall): Xml {
  const { iam } = account
  if (!iam?.report) throw new AwsError('ReportNotPresent', 'There is no report.', { status: 410 })
  const { state, generatedAt } = iam.report
  if (world.now() - generatedAt >= fourHours)
    throw new AwsError('ReportExpired', 'The report is older than four hours.', { status: 410 })
  if (state === 'started') {
    iam.report = { state: 'complete', generatedAt }
    throw new AwsError('ReportInProgress', 'The report is still being generated.', { status: 404 })
  }
  const content = Buffer.from(`${reportOf(account).join('\n')}`).toString('base64')
  return { Content: content, ReportFormat: 'text/csv', GeneratedTime: isoSeconds(generatedAt) }
}

function reportOf(account: Account): string[] {
  const rows = [rootRow(account), ...usersOf(account).map((user) => userRow(account, user))]
  return [columns, ...rows].map((row) => row.join(','))
}

function rootRow(account: Account): string[] {
  const { createdAt, root } = iamOf(account)
  const { passwordLastUsed, mfa, keys } = root
  return [
    '<root_account>',
    `arn:aws:iam::${account.id}:root`,
    time(createdAt),
    'not_supported',
    passwordLastUsed === undefined ? 'no_information' : time(passwordLastUsed),
    'not_supported',
    'not_supported',
    String(mfa !== undefined),
    ...keyCells(keys),
  ]
}

function userRow(account: Account, user: IamUser): string[] {
  const { name, createdAt, password, mfa, keys } = user
  return [
    name,
    userArn(account, user),
    time(createdAt),
    String(password !== undefined),
    ...passwordCells(password),
    String(mfa.length > 0),
    ...keyCells(keys),
  ]
}

/** Nobody's password has to be changed here, so there is no next rotation. */
function passwordCells(password: IamUser['password']): string[] {
  if (!password) return ['N/A', 'N/A', 'N/A']
  const { lastUsed, changedAt } = password
  return [lastUsed === undefined ? 'no_information' : time(lastUsed), time(changedAt), 'N/A']
}

function keyCells(keys: readonly IamKey[]): string[] {
  const cells = [0, 1].flatMap((at) => {
    const key = keys[at]
    if (!key) return ['false', 'N/A', 'N/A', 'N/A', 'N/A']
    const { at: used, region = 'N/A', service = 'N/A' } = key.lastUsed ?? {}
    const lastUse = used === undefined ? 'N/A' : time(used)
    return [String(key.status === 'Active'), time(key.createdAt), lastUse, region, service]
  })
  return [...cells, 'false', 'N/A', 'false', 'N/A']
}

/** The report writes the zone as an offset. */
function time(at: number): string {
  return isoSeconds(at).replace('Z', '+00:00')
}
