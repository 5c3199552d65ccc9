import type { ActionAnswer, CanAnswer } from '../access/can.ts'
import type { Deciding } from '../access/evaluate.ts'
import { kindWords, notSaidText, shortName } from './access-words.ts'
import { paragraph, table } from './text.ts'
import { turnText } from './turn-text.ts'

export interface CanDocument extends CanAnswer {
  schema: 'holdfast.access-can/1'
  registry: string
  simulated: boolean
  account: string
  asOf: string
}

const heads: Record<CanAnswer['decision'], string> = {
  allowed: 'ALLOWED',
  denied: 'DENIED',
  conditional: 'ALLOWED ONLY IF',
  partly: 'PARTLY',
}

/** The answer, why, the statements for and against, and what would turn it. */
export function canText(report: CanDocument, { width = 100 }: { width?: number } = {}): string {
  const { decision, asked, repository, kind, actions, turn, account, simulated } = report
  const who = shortName(report.principal, account)
  const named = who === kindWords[kind] || who.startsWith(`${kind}/`) ? who : `${who} (${kindWords[kind]})`
  const parts = [
    [
      paragraph(`${heads[decision]}: ${named}, ${asked} ${repository}`, { width }),
      ...contextLines(report, width),
      '',
      ...alike(actions).map((group) => reasonText(group, actions.length, width)),
    ].join('\n'),
  ]
  const statements = statementRows(actions)
  if (statements.length > 0)
    parts.push(table([['STATEMENT', 'EFFECT', 'APPLIES'], ...statements], { width, indent: 2 }))
  const token = tokenText(report)
  if (token !== '') parts.push(paragraph(token, { width }))
  for (const to of ['allowed', 'denied'] as const) {
    const turns = turn.filter((one) => one.to === to)
    if (turns.length > 0) parts.push(turnText(turns, { width, report, who }))
    else if (decision !== to) parts.push(paragraph(noTurn(report, to), { width }))
  }
  parts.push(notSaidText(report, width))
  if (simulated) parts.push('Simulated: this registry is the sandbox.')
  return parts.join('\n\n')
}

/** Why nothing is proposed. */
function noTurn({ kind }: CanDocument, to: 'allowed' | 'denied'): string {
  if (kind === 'public' && to === 'allowed') return 'No statement is proposed that lets in any AWS account.'
  const verb = to === 'allowed' ? 'let it through' : 'stop it'
  return `No change that would ${verb} could be proven: a policy that decides was not read, or is managed by AWS.`
}

function contextLines({ context }: CanDocument, width: number): string[] {
  const words = Object.entries(context).map(([key, value]) =>
    value === null ? `no ${key}` : `${key} ${[value].flat().join(', ')}`,
  )
  return words.length === 0 ? [] : [paragraph(`with ${words.join('; ')}`, { width })]
}

/** Actions with the same reason are told together. */
function alike(actions: readonly ActionAnswer[]): ActionAnswer[][] {
  const groups = new Map<string, ActionAnswer[]>()
  for (const one of actions) {
    const key = `${one.decision} ${one.reason}`
    groups.set(key, [...(groups.get(key) ?? []), one])
  }
  return [...groups.values()]
}

function reasonText(group: readonly ActionAnswer[], all: number, width: number): string {
  const [first] = group
  if (!first) return ''
  const names = group.map(({ action }) => action.replace('ecr:', '')).join(', ')
  const subject = group.length === all ? '' : `${names}: `
  return table([['-', `${subject}${first.reason}`]], { width, indent: 2 })
}

/** Each once, whatever actions it decides. */
function statementRows(actions: readonly ActionAnswer[]): string[][] {
  const rows = new Map<string, string[]>()
  for (const { for: allows, against } of actions)
    for (const each of [...against, ...allows]) rows.set(JSON.stringify(each), row(each))
  return [...rows.values()]
}

function row({ layer, policy, statement, effect, certain, conditions }: Deciding): string[] {
  const name = policy === layer ? `${layer}, ${statement}` : `${layer} ${policy}, ${statement}`
  return [name, effect, certain ? 'yes' : ['perhaps', ...conditions].join(': ')]
}

function tokenText({ token, asked }: CanDocument): string {
  if (token === 'unknown' || (asked !== 'push' && asked !== 'pull')) return ''
  if (token === 'allowed') return ''
  const may = token === 'denied' ? 'cannot get one' : 'gets one only under conditions'
  return `Without a token it is of no use to docker: this principal ${may} (ecr:GetAuthorizationToken on every resource).`
}
