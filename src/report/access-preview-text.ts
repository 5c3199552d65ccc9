import { previewNeeds } from '../access/preview/preview-needs.ts'
import type { AccessChange, Shift } from '../access/preview.ts'
import { plural } from '../core/bytes.ts'
import { kindWords, notSaidText, shortName } from './access-words.ts'
import { paragraph, table } from './text.ts'

interface Shape {
  width: number
  account: string
}

/** Losses first: they are what breaks. */
export function previewText(change: AccessChange, { width = 100 }: { width?: number } = {}): string {
  const shape = { width, account: accountIn(change.registry) }
  const { loses, gains, changes, warnings, simulated } = change
  const parts = [
    paragraph(summary(change), { width }),
    lockOutText(change, shape),
    section('LOSES', loses, shape),
    section('GAINS', gains, shape),
    section('ONLY IF, BY OTHER CONDITIONS', changes, shape),
    warnings.map((warning) => paragraph(`Note: ${warning}`, { width })).join('\n'),
    notSaidText(change, width),
    simulated ? 'Simulated: this registry is the sandbox.' : '',
  ]
  return parts.filter((text) => text !== '').join('\n\n')
}

const accountIn = (registry: string): string => registry.split('/')[2] ?? ''

const kinds: Record<AccessChange['change']['kind'], string> = {
  'repository-policy': 'the policy of repository',
  'registry-policy': 'the policy of registry',
  'identity-policy': 'policy',
  'managed-policy': 'managed policy',
}

function summary({ change, loses, gains, changes }: AccessChange): string {
  const what = `${change.removes ? 'Without' : 'With the new text of'} ${kinds[change.kind]} ${change.subject}`
  if (loses.length + gains.length + changes.length === 0)
    return `${what}, nobody gains or loses anything in ECR. Nothing was changed.`
  const count = (shifts: readonly Shift[]) => new Set(shifts.flatMap(({ names }) => names)).size
  const who = [
    loses.length > 0
      ? `${plural(count(loses), 'principal')} ${count(loses) === 1 ? 'loses' : 'lose'} something`
      : '',
    gains.length > 0
      ? `${plural(count(gains), 'principal')} ${count(gains) === 1 ? 'gains' : 'gain'} something`
      : '',
    changes.length > 0 ? `conditions change for ${plural(count(changes), 'principal')}` : '',
  ]
  return `${what}, ${who.filter((text) => text !== '').join(', ')}. Nothing was changed.`
}

function lockOutText({ lockOut }: AccessChange, { width, account }: Shape): string {
  if (!lockOut) return ''
  const { caller, decision, reason } = lockOut
  const how =
    decision === 'denied'
      ? 'could not set this policy again'
      : 'could set this policy again only under conditions'
  return paragraph(
    `LOCK-OUT: ${shortName(caller, account)}, who asks, ${how}: ${reason}. ECR refuses such a policy unless it is forced (--force), and what is forced may end with deleting the repository.`,
    { width },
  )
}

const namesShown = 8

function section(head: string, shifts: readonly Shift[], { width, account }: Shape): string {
  if (shifts.length === 0) return ''
  const places = new Set(shifts.map(({ repositories }) => repositories.join()))
  const onePlace = places.size === 1
  const rows = shifts.map((shift) => {
    const row = [whoOf(shift, account), whatOf(shift), placeOf(shift), turnOf(shift), whyOf(shift)]
    return onePlace ? row.filter((_, at) => at !== 2) : row
  })
  const heads = ['WHO', 'WHAT', 'ON', 'TURNS', 'WHY']
  const where = onePlace && shifts[0] ? `: on ${placeOf(shifts[0])}` : ''
  const headed = [onePlace ? heads.filter((each) => each !== 'ON') : heads, ...rows]
  return `${paragraph(`${head}${where}`, { width })}\n${table(headed, { width, indent: 2 })}`
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, namesShown).join(', ')
  return names.length > namesShown ? `${shown} and ${names.length - namesShown} more` : shown
}

/** Users and roles show what they are by their names. */
function whoOf({ kind, names }: Shift, account: string): string {
  const shown = listed(names.map((name) => shortName(name, account)))
  const isOutside = !['user', 'role', 'root', 'account', 'public'].includes(kind)
  return isOutside ? `${shown} (${kindWords[kind]})` : shown
}

function whatOf({ need, actions }: Shift): string {
  const all = previewNeeds[need].actions.length
  if (actions.length === all) return need
  const names = actions.map((action) => action.replace('ecr:', ''))
  return names.length > 3 ? `${need}: ${names.length} of ${all} actions` : `${need}: ${names.join(', ')}`
}

function placeOf({ repositories, need }: Shift): string {
  if (repositories.length > 0) return listed(repositories)
  return need === 'token' ? 'docker login' : 'the registry'
}

const words = { allowed: 'yes', conditional: 'if', denied: 'no' }

function turnOf({ before, after }: Shift): string {
  return `${words[before]} -> ${words[after]}`
}

function whyOf({ before, after, reason, onlyIf, onlyIfBefore }: Shift): string {
  if (before === 'conditional' && after === 'conditional')
    return `now only if ${joined(onlyIfBefore)}; then only if ${joined(onlyIf)}`
  if (after === 'conditional') return `only if ${joined(onlyIf)}`
  if (before === 'conditional') return `${reason}; now only if ${joined(onlyIfBefore)}`
  return reason
}

const joined = (conditions: readonly string[]): string => conditions.join('; and ')
