import type { Change, Turn } from '../access/turn.ts'
import { paragraph, plainText } from './text.ts'

interface Shape {
  width: number
  report: { repository: string; asked: string }
  /** Whose own policies they are. */
  who: string
}

/** Ways to turn an answer, each by itself, with the statements as they would stand there. */
export function turnText(turns: readonly Turn[], { width, report, who }: Shape): string {
  const verb = turns[0]?.to === 'allowed' ? 'let it through' : 'stop it'
  const head = `What would ${verb}${turns.length > 1 ? ' (each by itself)' : ''}:`
  const texts = turns.map((turn, at) => {
    const mark = turns.length > 1 ? `${at + 1}. ` : ''
    const changes = turn.changes.map((change, step) => {
      const words = `${step === 0 ? mark : 'and '}${changeWords(change, { who, repository: report.repository })}`
      return [paragraph(words, { width, indent: 2 }), ...change.after.map((one) => statementText(one))].join(
        '\n',
      )
    })
    const notes = [
      ...turn.sideEffects.map((words) => `note: ${words}`),
      ...turn.assumes.map((words) => `provided that ${words}`),
    ]
    return [...changes, ...notes.map((note) => paragraph(note, { width, indent: 5 }))].join('\n')
  })
  return [head, ...texts].join('\n')
}

const owners: Record<Change['owner'], string> = {
  account: '',
  'other-account': ', in the other account',
  organization: ', which the management account of the organization keeps',
  session: ', given by whoever opens the session',
  endpoint: ', kept by the owner of the endpoint',
}

function changeWords(change: Change, { who, repository }: { who: string; repository: string }): string {
  const { edit, statement, layer, owner, level } = change
  const of = level === undefined ? '' : ` of level ${level + 1}`
  const place = `${placeWords(change, { who, repository })}${of}${owners[owner]}`
  if (edit === 'remove') return `remove ${statement} from ${place}`
  if (edit === 'replace') return `put this in the place of ${statement} of ${place}:`
  const isNew = change.policy === undefined
  if (!isNew) return `add this statement to ${place}:`
  return layer === 'repository policy' ? `give repository ${repository} a policy with:` : `give ${place}:`
}

function placeWords(
  { layer, policy }: Change,
  { who, repository }: { who: string; repository: string },
): string {
  if (layer === 'repository policy') return `the policy of repository ${repository}`
  if (layer === 'registry policy') return 'the policy of the registry'
  if (policy !== undefined) return `${layer} ${policy}`
  return layer === 'identity policy' ? `${who} a new inline policy` : `the ${layer} a statement`
}

function statementText(statement: object): string {
  return JSON.stringify(statement, null, 2)
    .split('\n')
    .map((line) => `       ${plainText(line)}`)
    .join('\n')
}
