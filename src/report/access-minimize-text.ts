import type { CurrentPolicy, MinimizeReport } from '../access/minimize/minimize.ts'
import { plural } from '../core/bytes.ts'
import { paragraph, plainText, table } from './text.ts'

/** What was seen, granted against used, the policy, what to do with the old ones, and every reason for doubt. */
export function minimizeText(report: MinimizeReport, { width = 100 }: { width?: number } = {}): string {
  const parts = [
    paragraph(plainText(seenText(report)), { width }),
    changesText(report, width),
    list(
      'Used, and not given by a policy of its own (by that of the repository, or not any more):',
      report.notGranted,
      width,
    ),
    list('Used on repositories that are gone, and not given:', report.gone, width),
    list('Tried, and denied:', report.denied, width),
    policyText(report),
    currentText(report, width),
    paragraph(plainText(proofText(report)), { width }),
    list('No proof that it is enough:', report.doubts, width),
    list('Could not be read:', report.missing, width),
    paragraph('Nothing was attached or changed.', { width }),
    report.simulated ? 'Simulated: this registry is the sandbox.' : '',
  ]
  return parts.filter((part) => part !== '').join('\n\n')
}

function list(title: string, lines: readonly string[], width: number): string {
  if (lines.length === 0) return ''
  return [title, ...lines.map((line) => paragraph(plainText(`- ${line}`), { width, indent: 2 }))].join('\n')
}

function seenText({ principal, seen }: MinimizeReport): string {
  const { events, from, to, days, source, regions } = seen
  const where = regions.length > 0 ? ` in ${regions.join(', ')}` : ''
  const span = `${from.slice(0, 10)} to ${to.slice(0, 10)}, ${plural(Math.floor(days), 'day')}`
  const by = source === 'files' ? 'the files' : "CloudTrail's history of events"
  return `${principal}: ${plural(events, 'call')} to ECR${where} from ${span}, by ${by}.`
}

function changesText({ changes, needed }: MinimizeReport, width: number): string {
  if (changes.length === 0) return 'No policy of its own gives it anything of ECR.'
  const why = (action: string) => {
    const found = needed.filter((one) => one.action === action)
    const calls = found.reduce((sum, { count }) => sum + count, 0)
    if (calls > 0) return plural(calls, 'call')
    return found[0]?.why ?? 'not used'
  }
  const kept = changes.filter(({ after }) => after !== 0)
  const rows = kept.map(({ action, before, after }) => [action, reach(before), reach(after), why(action)])
  const gone = changes.filter(({ after }) => after === 0)
  const parts = kept.length > 0 ? [table([heads, ...rows], { width })] : []
  if (gone.length > 0) parts.push(goneText(gone, width))
  return parts.join('\n\n')
}

const heads = ['ACTION', 'GRANTED NOW', 'WITH THE SMALLER POLICY', 'USED']

/** By what they let somebody do, the gravest first. */
function goneText(gone: MinimizeReport['changes'], width: number): string {
  const order = ['set-policy', 'delete', 'configure', 'push', 'create', 'pull', 'read']
  const rows = order.flatMap((ability) => {
    const names = gone.filter((one) => one.ability === ability).map(({ action }) => action.slice(4))
    return names.length > 0 ? [[ability, names.join(', ')]] : []
  })
  return `Granted and not used, ${plural(gone.length, 'action')}:\n${table(rows, { width, indent: 2 })}`
}

function reach(found: 'everywhere' | number): string {
  return found === 'everywhere' ? found : plural(found, 'repository', 'repositories')
}

function policyText({ policy, rounded, characters }: MinimizeReport): string {
  if (!policy) return 'No policy of ECR is needed.'
  const note = rounded ? '; by the patterns of the old policies, since all names are too long' : ''
  const json = JSON.stringify(policy, null, 2).replace(/^/gm, '  ')
  return `The smaller policy (${characters} characters${note}):\n${json}`
}

const verdicts: Record<CurrentPolicy['verdict'], string> = {
  keep: 'stays: it gives nothing of ECR',
  remove: 'goes: it gives ECR only',
  replace: 'is replaced by what it gives of other services, and its denies (in the JSON document)',
  cannot: 'stays, and still gives ECR',
}

function currentText({ current }: MinimizeReport, width: number): string {
  if (current.length === 0) return ''
  const rows = current.map((policy) => [policy.name, kindOf(policy), whatNext(policy)])
  return `Policies of now, beside it:\n${table(rows, { width, indent: 2 })}`
}

function kindOf({ kind, group }: CurrentPolicy): string {
  const name = { inline: 'inline', managed: 'managed', aws: 'of AWS' }[kind]
  return group === undefined ? name : `${name}, by group ${group}`
}

function whatNext(policy: CurrentPolicy): string {
  const { verdict, kind, group } = policy
  const why = 'why' in policy ? `: ${policy.why}` : ''
  const others = verdict === 'keep' || verdict === 'cannot' ? '' : othersOf(kind, group)
  return `${verdicts[verdict]}${why}${others}`
}

function othersOf(kind: CurrentPolicy['kind'], group: string | undefined): string {
  if (group !== undefined) return '; others of the group have it too: take this user out of the group'
  return kind === 'inline' ? '' : '; detach it, others may have it'
}

function proofText({ proof, policy }: MinimizeReport): string {
  if (!proof.holds) return `NOT PROVED: ${proof.failures.slice(0, 5).join('; ')}.`
  const used = policy ? 'allows all that was used, ' : ''
  return `Proved by ${plural(proof.requests, 'decision')}: it ${used}allows nothing of ECR that was not allowed, and leaves other services as they are.`
}
