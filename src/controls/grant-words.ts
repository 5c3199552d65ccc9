import { type Ability, grantedActions } from '../access/actions.ts'
import type { Grant, Guest } from '../access/grant.ts'

const words: [Ability, string][] = [
  ['set-policy', 'change the policy'],
  ['delete', 'delete or archive images'],
  ['push', 'push'],
  ['create', 'create repositories'],
  ['configure', 'change settings'],
  ['pull', 'pull'],
  ['read', 'read metadata'],
]

/** What guests may do, each action once. */
export function actionsOf(guests: readonly Guest[]): string[] {
  return [...new Set(guests.flatMap(({ actions }) => actions))]
}

/** `pull, push and delete or archive images`: the gravest first, reading only when it is all there is. */
export function abilityWords(guests: readonly Guest[]): string {
  const { abilities, unlisted } = grantedActions({ not: false, list: actionsOf(guests) })
  const found = words.filter(([ability]) => abilities.has(ability)).map(([, text]) => text)
  const shown = found.length > 1 ? found.filter((text) => text !== 'read metadata') : found
  return join([...shown, ...unlisted.slice(0, 5).map((action) => clip(action))])
}

/** The same of any set of abilities. */
export function abilitiesInWords(abilities: ReadonlySet<Ability>): string {
  return join(words.filter(([ability]) => abilities.has(ability)).map(([, text]) => text))
}

/** `PartnerPushes`, in a sentence. */
export function statementWords({ statement }: { statement: string }): string {
  return clip(statement.startsWith('statement ') ? statement : `statement ${statement}`)
}

/** A policy is foreign text: no part of it fills a report. */
export function clip(text: string, most = 120): string {
  return text.length > most ? `${text.slice(0, most)}…` : text
}

/** Why a condition did not help; empty when there is none. */
export function trapsInWords({ traps }: Grant): string {
  const shown = traps.slice(0, 5).map((text) => clip(text))
  return shown.length > 0 ? `; no restriction: ${shown.join('; ')}` : ''
}

export function join(texts: readonly string[]): string {
  if (texts.length < 2) return texts.join('')
  return `${texts.slice(0, -1).join(', ')} and ${texts[texts.length - 1]}`
}

/** What a finding shows of a grant. */
export function grantEvidence({ statement, guests, traps, everybody }: Grant): Record<string, unknown> {
  const names = new Set(guests.filter(({ kind }) => kind === 'named').map(({ name }) => name))
  const actions = actionsOf(guests).map((action) => action.replace(/^ecr:/, ''))
  return {
    statement: clip(statement),
    principals: everybody ? ['*'] : [...names].slice(0, 20).map((id) => clip(id)),
    actions: actions.slice(0, 10).map((action) => clip(action)),
    ...(actions.length > 10 && { actionsInAll: actions.length }),
    ...(traps.length > 0 && { deceptive: traps.slice(0, 20) }),
  }
}

/** The first five accounts of a list. */
export function accountWords(accounts: readonly string[]): string {
  const more = accounts.length > 5 ? [`${accounts.length - 5} more`] : []
  return join([...accounts.slice(0, 5).map((account) => clip(account)), ...more])
}
