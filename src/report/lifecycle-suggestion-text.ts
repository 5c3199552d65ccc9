import { plural } from '../core/bytes.ts'
import { shortDigest } from '../core/digest.ts'
import type { SuggestionReport, UseOutcome } from '../lifecycle/reports.ts'
import { notKnownText } from './lifecycle-text.ts'
import { paragraph, plainText, table } from './text.ts'

const shown = 15

/** The policy, what it does, and under which conditions what is in use stays; or why there is none. */
export function suggestionText(report: SuggestionReport, out: string | undefined): string {
  const { repository, policy, refused, rules, today, cautions, simulated } = report
  const parts =
    policy === null
      ? [refusalText(report)]
      : [
          ...(out === undefined
            ? [policy.trimEnd().split('\n').map(plainText).join('\n')]
            : [paragraph(`Wrote the policy to ${out}.`)]),
          table([
            ['RULE', 'WHAT', 'FOR'],
            ...rules.map((rule) => [String(rule.priority), rule.words, rule.goal]),
          ]),
          paragraph(`${repository}: ${todayText(today)}`),
        ]
  if (refused.length === 0) parts.push(...proofText(report))
  const notes = cautions.map(({ severity, text }) => [severity === 'danger' ? 'DANGER' : 'note', text])
  if (notes.length > 0) parts.push(table(notes))
  if (report.inUseNotKnown.length > 0) parts.push(notKnownText(report.inUseNotKnown))
  if (simulated) parts.push('Simulated: the images are those of the sandbox.')
  return parts.join('\n\n')
}

function refusalText({ repository, refused }: SuggestionReport): string {
  const rows = refused.map(({ goal, why }) => [goal, why])
  return `${paragraph(`REFUSED: no policy was written for ${repository}.`)}\n${table(rows, { indent: 2 })}`
}

function todayText(today: SuggestionReport['today']): string {
  const expired = today.filter(({ outcome }) => outcome === 'expired').length
  const archived = today.length - expired
  if (today.length === 0) return 'nothing would go today.'
  const names = today.slice(0, 6).map(({ tags, digest }) => tags[0] ?? shortDigest(digest))
  const more = today.length > 6 ? ` and ${today.length - 6} more` : ''
  return `today ${plural(expired, 'image')} would expire and ${archived} be archived: ${names.join(', ')}${more}.`
}

function proofText({ inUse, conditions }: SuggestionReport): string[] {
  if (inUse.length === 0) return [conditionsText('Nothing is known to be in use.', conditions)]
  const listed = inUse.slice(0, shown).map((use) => [nameOf(use), ruleText(use), usersText(use.users)])
  const more = inUse.length > shown ? [`and ${inUse.length - shown} more; --format json lists all`] : []
  const uses = [table([['IN USE', 'STAYS BY', 'USED BY'], ...listed]), ...more].join('\n')
  const count = plural(inUse.length, 'image')
  return [uses, conditionsText(`Proven: the policy never takes any of the ${count} in use, if`, conditions)]
}

const nameOf = ({ tags, digest }: UseOutcome) => `${tags[0] ?? 'untagged'} (${shortDigest(digest)})`

const ruleText = ({ rule }: UseOutcome) => (rule === undefined ? 'no rule' : `rule ${rule}`)

function usersText(users: readonly string[]): string {
  const [first = 'what a child of it is used by'] = users
  return users.length > 1 ? `${first} and ${users.length - 1} more` : first
}

function conditionsText(head: string, conditions: readonly string[]): string {
  return [paragraph(head), ...conditions.map((each) => paragraph(`- ${each}`, { indent: 2 }))].join('\n')
}
