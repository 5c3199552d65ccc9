import { neededActions } from '../access/ability-actions.ts'
import type { Allowed, WhoCanReport } from '../access/who-can.ts'
import { kindWords, notSaidText, shortName } from './access-words.ts'
import { paragraph, table } from './text.ts'

export interface WhoCanDocument extends WhoCanReport {
  schema: 'holdfast.access-who-can/1'
  registry: string
  simulated: boolean
  account: string
  asOf: string
}

/** Whoever is let in for certain, whoever is only if, whoever is for a part; outsiders first. */
export function whoCanText(report: WhoCanDocument, { width = 100 }: { width?: number } = {}): string {
  const { allowed, conditional, partly, repository, need, simulated } = report
  const shape = { width, account: report.account, need }
  const parts = [
    section(`ALLOWED: ${need} ${repository}`, allowed, shape),
    section(`ALLOWED ONLY IF: ${need} ${repository}`, conditional, shape),
    section(`PARTLY: some of what ${need} takes`, partly, shape),
  ].filter((text) => text !== '')
  if (parts.length === 0) parts.push(paragraph(`Nobody can ${need} ${repository}.`, { width }))
  parts.push(...notes([...allowed, ...conditional, ...partly], width))
  parts.push(notSaidText(report, width))
  if (simulated) parts.push('Simulated: this registry is the sandbox.')
  return parts.join('\n\n')
}

interface Shape {
  width: number
  account: string
  need: string
}

const namesShown = 12

function section(head: string, groups: readonly Allowed[], { width, account, need }: Shape): string {
  if (groups.length === 0) return ''
  const all = neededActions(need).actions.length
  const rows = groups.map((group) => {
    const { names, kind, token } = group
    const shown = names.slice(0, namesShown).map((name) => shortName(name, account))
    const more = names.length > namesShown ? [`and ${names.length - namesShown} more`] : []
    return [[...shown, ...more].join(', '), kindOf(group), tokenWords(token, kind), whyOf(group, all)]
  })
  const headed = [['WHO', 'KIND', 'TOKEN', 'WHY'], ...rows]
  return `${paragraph(head, { width })}\n${table(headed, { width, indent: 2 })}`
}

function kindOf({ kind, broad }: Allowed): string {
  return `${kindWords[kind]}${broad ? ' BROAD' : ''}`
}

/** Outsiders get one in their own account, or do not. */
function tokenWords(token: Allowed['token'], kind: Allowed['kind']): string {
  if (token === 'unknown') return kind === 'dangling' ? '-' : 'theirs'
  return { allowed: 'yes', conditional: 'if', denied: 'no' }[token]
}

function whyOf({ reason, onlyIf, actions }: Allowed, all: number): string {
  const why = onlyIf.length > 0 ? onlyIf.join('; and ') : reason
  const some =
    actions.length < all ? `${actions.map((action) => action.replace('ecr:', '')).join(', ')}: ` : ''
  return `${some}${why}`
}

function notes(groups: readonly Allowed[], width: number): string[] {
  const has = (kind: Allowed['kind']) => groups.some((group) => group.kind === kind)
  const lines: string[] = []
  if (has('public'))
    lines.push(
      'any AWS account: the policy is public. ECR wants a token, which everybody with an AWS account has.',
    )
  if (has('dangling')) lines.push('deleted: nobody can be it again; its statement should go.')
  if (has('account') || has('foreign-principal'))
    lines.push('other account: it decides which of its people may; they are taken to be let.')
  if (groups.some(({ broad }) => broad))
    lines.push('BROAD: by a wildcard in the actions, so that more than this was given.')
  return lines.length > 0 ? [lines.map((line) => paragraph(line, { width })).join('\n')] : []
}
