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
  return join([...shown, ...actions.unlisted])
}

/** `PartnerPushes`, in a sentence. */
export function statementWords(grant: Grant): string {
  return grant.statement.startsWith('statement ') ? grant.statement : `statement ${grant.statement}`
}

/** Why a condition did not help; empty when there is none. */
export function deceptiveWords(grant: Grant): string {
  return grant.deceptive.length > 0 ? `; no restriction: ${grant.deceptive.join('; ')}` : ''
}

/** `aws:PrincipalOrgID o-abc1234567`. */
export function narrowingWords({ key, values }: Narrowing): string {
  return [key, ...values.slice(0, 3)].join(' ')
}

export function join(texts: readonly string[]): string {
  if (texts.length < 2) return texts.join('')
  return `${texts.slice(0, -1).join(', ')} and ${texts[texts.length - 1]}`
}

/** What a finding shows of a grant. */
export function grantEvidence(grant: Grant): Record<string, unknown> {
  return {
    statement: grant.statement,
    principals: grant.everybody ? ['*'] : grant.others,
    actions: [...grant.actions.names.slice(0, 10), ...grant.actions.unlisted],
    ...(grant.actions.names.length > 10 && { actionsInAll: grant.actions.names.length }),
    ...(grant.deceptive.length > 0 && { deceptive: grant.deceptive }),
  }
}
