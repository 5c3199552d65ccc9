import type { Break, MfaReport, RoleFinding, UserFinding } from '../access/mfa-use/report.ts'
import { plural } from '../core/bytes.ts'
import { paragraph, plainText, table } from './text.ts'

const stateWords: Record<UserFinding['state'] | RoleFinding['state'], string> = {
  trap: 'TRAP: only looks enforced',
  'device-missing': 'no device',
  'not-enforced': 'not enforced',
  'key-only': 'keys only',
  enforced: 'enforced',
  'no-way-in': 'no way in',
  unknown: 'unknown',
  automation: 'for programs',
  roles: 'for other roles',
  federated: 'sign-in elsewhere',
  mixed: 'people and programs',
  nobody: 'for nobody',
}

/** What would break comes first; then who, why and what helps; then the policy and its proof. */
export function mfaText(report: MfaReport, { width = 100 }: { width?: number } = {}): string {
  const { users, roles, root, missing, notConsidered } = report
  const parts = [
    breaksText(report, width),
    foundText('Users', users, width),
    foundText('Roles', roles, width),
    ...(root ? [paragraph(`Root: ${root.reason}`, { width })] : []),
    ...policyText(report, width),
  ]
  if (missing.length > 0)
    parts.push(paragraph(`Could not be read: ${plainText(missing.join('; '))}.`, { width }))
  parts.push(paragraph(`Not considered: ${notConsidered.join(', ')}.`, { width }))
  if (report.simulated) parts.push('Simulated: this registry is the sandbox.')
  return parts.filter((part) => part !== '').join('\n\n')
}

function breaksText({ breaks, asOf }: MfaReport, width: number): string {
  if (breaks.length === 0) return 'The deny policy below would break nothing that was seen.'
  const lines = breaks.map((each) => breakText(each, asOf, width))
  return ['What the deny policy below would break:', ...lines].join('\n')
}

function breakText({ who, uses, lately, consequence }: Break, asOf: string, width: number): string {
  const used = uses.map(({ lastUsed, service }) =>
    lastUsed
      ? `${ago(lastUsed, asOf)}${service ? ` for ${service}` : ''}`
      : 'a key that was never used, as far as IAM knows',
  )
  const when = used.length > 0 ? `last used ${used.join('; ')}` : 'never used, as far as IAM knows'
  const mark = lately ? '' : ' (not lately)'
  return paragraph(plainText(`- ${shortName(who)}, ${when}${mark}: ${consequence}.`), { width, indent: 2 })
}

function ago(time: string, asOf: string): string {
  const days = Math.floor((Date.parse(asOf) - Date.parse(time)) / 86_400_000)
  return days <= 0 ? 'today' : `${plural(days, 'day')} ago`
}

function foundText(title: string, found: readonly (UserFinding | RoleFinding)[], width: number): string {
  if (found.length === 0) return `${title}: none may do anything here.`
  return [`${title} that may do something here:`, ...found.map((one) => findingText(one, width))].join('\n')
}

function findingText(one: UserFinding | RoleFinding, width: number): string {
  const { name, state, rights, reason, help, certain } = one
  const counts = Object.entries(rights).filter(([, count]) => count > 0)
  const may = counts.map(([need, count]) => `${need} ${count}`).join(', ')
  const doubt = certain ? '' : ' Some of it hangs on conditions that are not known here.'
  return [
    plainText(`  ${name}  ${stateWords[state]}  (repositories: ${may})`),
    paragraph(plainText(`${reason} ${help}${doubt}`), { width, indent: 6 }),
  ].join('\n')
}

function policyText({ policy, attachTo, proof }: MfaReport, width: number): string[] {
  const { users, groups, later } = attachTo
  if (users.length + later.length === 0)
    return ['Nobody needs the deny policy: no user changes anything without a second factor.']
  const rows = [
    ['attach to users', users.map(shortName).join(', ') || 'none'],
    ...(groups.length > 0
      ? [['or to groups', `${groups.join(', ')} (all their members are among these)`]]
      : []),
    ...(later.length > 0
      ? [['only later', `${later.map(shortName).join(', ')}: keys only, most likely programs`]]
      : []),
    ['never to', 'roles of programs: their sessions have no second factor'],
    ['proved', proofWords(proof)],
  ]
  const json = JSON.stringify(policy, null, 2).replace(/^/gm, '  ')
  return [
    `The deny policy (holdfast access mfa --policy > deny.json):\n${json}`,
    table(rows, { width, indent: 2 }),
  ]
}

function proofWords({ holds, users, decisions, failures }: MfaReport['proof']): string {
  if (!holds) return plainText(`NO: ${failures.slice(0, 5).join('; ')}`)
  return `with it none of these ${plural(users, 'user')} can change anything without a second factor, and with one nothing is lost (${decisions} single decisions, and every repository)`
}

/** `user/ann`: the account is the same for all. */
function shortName(arn: string): string {
  return arn.split(':').slice(5).join(':') || arn
}
