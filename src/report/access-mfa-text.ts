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
  'pull-only': 'pulls only',
}

/** What would break comes first; then who, why and what helps; then the policy and its proof. */
export function mfaText(report: MfaReport, { width = 100 }: { width?: number } = {}): string {
  const { users, roles, root, missing, notConsidered } = report
  const parts = [
    breaksText(report, width),
    foundText('Users', users, width),
    foundText(
      'Roles',
      roles.filter((role) => !isLeftAlone(role)),
      width,
    ),
    programsText(roles.filter(isLeftAlone), report, width),
    ...(root ? [paragraph(`Root: ${root.reason}`, { width })] : []),
    ...policyText(report, width),
  ]
  if (missing.length > 0)
    parts.push(paragraph(`Could not be read: ${plainText(missing.join('; '))}.`, { width }))
  parts.push(paragraph(`Not considered: ${notConsidered.join(', ')}.`, { width }))
  if (report.simulated) parts.push('Simulated: this registry is the sandbox.')
  return parts.filter((part) => part !== '').join('\n\n')
}

/** Roles of programs are one line here: nobody attaches the policy to them. */
function breaksText({ breaks, asOf }: MfaReport, width: number): string {
  const users = breaks.filter(({ kind }) => kind === 'user')
  const roles = breaks.filter(({ kind, lately }) => kind === 'role' && lately)
  if (users.length + roles.length === 0) return 'The deny policy below would break nothing that was seen.'
  const lines = users.map((each) => breakText(each, asOf, width))
  if (roles.length > 0) {
    const names = roles.map(({ who }) => shortName(who)).join(', ')
    const text = `- if it were attached to them, which it must not be: ${names}, all of them in use`
    lines.push(paragraph(plainText(`${text}.`), { width, indent: 2 }))
  }
  return ['What the deny policy below would break:', ...lines].join('\n')
}

function breakText({ who, uses, lately, consequence }: Break, asOf: string, width: number): string {
  const used = uses.flatMap(({ lastUsed, service }) =>
    lastUsed ? `${ago(lastUsed, asOf)}${service ? ` for ${service}` : ''}` : [],
  )
  const when = used.length > 0 ? `keys last used ${used.join('; ')}` : 'a key that was never used'
  const mark = lately || used.length === 0 ? '' : ', not lately'
  return paragraph(plainText(`- ${shortName(who)} (${when}${mark}): ${consequence}.`), { width, indent: 2 })
}

function isLeftAlone({ state }: RoleFinding): boolean {
  return ['automation', 'roles', 'pull-only', 'nobody'].includes(state)
}

/** Left alone, and said so. */
function programsText(roles: readonly RoleFinding[], { asOf }: MfaReport, width: number): string {
  if (roles.length === 0) return ''
  const rows = roles.map(({ name, state, trusts, lastUsed }) => [
    ...[name, stateWords[state], trusts.slice(0, 2).map(shortName).join(', ')],
    lastUsed ? `used ${ago(lastUsed, asOf)}` : '',
  ])
  const why =
    'Roles that are left alone: sessions of programs never have a second factor, and the deny policy would stop them:'
  return [paragraph(why, { width }), table(rows, { width, indent: 2 })].join('\n')
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
