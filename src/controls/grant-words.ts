import type { Ability } from '../access/actions.ts'
import type { Narrowing } from '../access/condition.ts'
import type { Grant } from '../access/grant.ts'

const words: [Ability, string][] = [
  ['set-policy', 'change the policy'],
  ['delete', 'delete or archive images'],
  ['push', 'push'],
  ['create', 'create repositories'],
  ['configure', 'change settings'],
  ['pull', 'pull'],
  ['read', 'read metadata'],
]

/** `pull, push and delete or archive images`: the gravest first, reading only when it is all there is. */
export function abilityWords({ actions }: Grant): string {
  const found = words.filter(([ability]) => actions.abilities.has(ability)).map(([, text]) => text)
  const shown = found.length > 1 ? found.filter((text) => text !== 'read metadata') : found
  return join([...shown, ...actions.unlisted.slice(0, 5).map((action) => clip(action))])
}

/** The same of any set of abilities. */
export function abilitiesInWords(abilities: ReadonlySet<Ability>): string {
  return join(words.filter(([ability]) => abilities.has(ability)).map(([, text]) => text))
}

/** `PartnerPushes`, in a sentence. */
export function statementWords(grant: Grant): string {
  const { statement } = grant
  return clip(statement.startsWith('statement ') ? statement : `statement ${statement}`)
}

/** A policy is foreign text: no part of it fills a report. */
export function clip(text: string, most = 120): string {
  return text.length > most ? `${text.slice(0, most)}…` : text
}

/** Why a condition did not help; empty when there is none. */
export function deceptiveWords(grant: Grant): string {
  const shown = grant.deceptive.slice(0, 5).map((text) => clip(text))
  return shown.length > 0 ? `; no restriction: ${shown.join('; ')}` : ''
}

/** `aws:PrincipalOrgID o-abc1234567`. */
export function narrowingWords({ key, values }: Narrowing): string {
  return clip([key, ...values.slice(0, 3)].join(' '))
}

export function join(texts: readonly string[]): string {
  if (texts.length < 2) return texts.join('')
  return `${texts.slice(0, -1).join(', ')} and ${texts[texts.length - 1]}`
}

/** What a finding shows of a grant. */
export function grantEvidence(grant: Grant): Record<string, unknown> {
  return {
    statement: clip(grant.statement),
    principals: grant.everybody ? ['*'] : grant.others.slice(0, 20).map((id) => clip(id)),
    actions: [...grant.actions.names.slice(0, 10), ...grant.actions.unlisted.slice(0, 10)],
    ...(grant.actions.names.length > 10 && { actionsInAll: grant.actions.names.length }),
    ...(grant.deceptive.length > 0 && { deceptive: grant.deceptive.slice(0, 20) }),
  }
}

/** The first five accounts of a list. */
export function accountWords(accounts: readonly string[]): string {
  const more = accounts.length > 5 ? [`${accounts.length - 5} more`] : []
  return join([...accounts.slice(0, 5).map((account) => clip(account)), ...more])
}
