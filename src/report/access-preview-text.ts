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
  'repository-policy': 'policy of repository',
  'registry-policy': 'policy of registry',
  'identity-policy': 'policy',
  'managed-policy': 'managed policy',
}

function summary({ change, loses, gains, changes }: AccessChange): string {
  const what = `${change.removes ? 'Without the' : 'With the new'} ${kinds[change.kind]} ${change.subject}`
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
  const words =
    decision === 'denied'
      ? `could not set this policy again: ${reason}. ECR refuses such a policy unless it is forced (--force), and what is forced may end with deleting the repository.`
      : `could set this policy again only under conditions: ${reason}. ECR refuses it from a call that does not meet them, unless it is forced (--force).`
  return paragraph(`LOCK-OUT: ${shortName(caller, account)}, who asks, ${words}`, { width })
}

/** People who lose or gain the same, in the same way, in one row, whatever it is. */
interface Row {
  who: string[]
  /** Actions by need. */
  what: [Shift['need'], string[]][]
  on: string
  turn: string
  why: string
}

function rowsOf(shifts: readonly Shift[], account: string): Row[] {
  const byPerson = new Map<string, Row>()
  for (const shift of shifts)
    for (const name of shift.names) {
      const who = [whoOf(shift, name, account)]
      const row = { who, what: [], on: placeOf(shift), turn: turnOf(shift), why: whyOf(shift) }
      const key = JSON.stringify(row)
      const what = withActions(byPerson.get(key)?.what ?? [], shift)
      byPerson.set(key, { ...row, what })
    }
  const rows = new Map<string, Row>()
  for (const { who, ...rest } of byPerson.values()) {
    const key = JSON.stringify(rest)
    rows.set(key, { ...rest, who: [...(rows.get(key)?.who ?? []), ...who] })
  }
  return [...rows.values()]
}

const namesShown = 8
const placesShown = 3

function section(head: string, shifts: readonly Shift[], { width, account }: Shape): string {
  if (shifts.length === 0) return ''
  const rows = rowsOf(shifts, account)
  const place = same(rows.map(({ on }) => on))
  const why = same(rows.map((row) => row.why))
  const cells = rows.map((row) => [
    ...[listed(row.who, namesShown), row.what.map(whatOf).join(', ')],
    ...(place === undefined ? [row.on] : []),
    row.turn,
    ...(why === undefined ? [row.why] : []),
  ])
  const heads = ['WHO', 'WHAT', ...(place === undefined ? ['ON'] : []), 'TURNS']
  if (why === undefined) heads.push('WHY')
  const where = place === undefined ? '' : ` on ${place}`
  const because = why === undefined ? '' : `: ${why}`
  const headline = paragraph(`${head}${where}${because}`, { width })
  return `${headline}\n${table([heads, ...cells], { width, indent: 2 })}`
}

/** What all of them are is said once, above. */
function same(texts: readonly string[]): string | undefined {
  const [only, ...others] = new Set(texts)
  return others.length === 0 ? only : undefined
}

/** One more is shown rather than counted. */
function listed(names: readonly string[], most: number): string {
  if (names.length <= most + 1) return names.join(', ')
  return `${names.slice(0, most).join(', ')} and ${names.length - most} more`
}

/** Users and roles show what they are by their names. */
function whoOf({ kind }: Shift, name: string, account: string): string {
  const isPlain = ['user', 'role', 'root', 'account', 'public', 'organization'].includes(kind)
  return isPlain ? shortName(name, account) : `${shortName(name, account)} (${kindWords[kind]})`
}

function withActions(what: Row['what'], { need, actions }: Shift): Row['what'] {
  const before = what.find(([known]) => known === need)?.[1] ?? []
  return [...what.filter(([known]) => known !== need), [need, [...before, ...actions]]]
}

function whatOf([need, actions]: Row['what'][number]): string {
  if (actions.length >= previewNeeds[need].actions.length) return need
  const names = actions.map((action) => action.replace('ecr:', ''))
  return names.length > 2 ? `${need}: ${names.length} actions` : `${need}: ${names.join(', ')}`
}

function placeOf({ repositories, need }: Shift): string {
  if (repositories.length > 0) return listed(repositories, placesShown)
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
