import { type Context, lookUp } from './context.ts'
import { anyRun, withoutMarks, withWildcards } from './glob.ts'

/** A text of a policy with its variables taken apart; only texts of Version 2012-10-17 have any. */
export type Template = readonly Piece[]

type Piece = { text: string } | { key: string; otherwise: string | undefined }

/** `certain: false`: a value is not known, and stands as a run of anything in a pattern. */
export interface Filled {
  text: string
  certain: boolean
}

interface Reading {
  variables: boolean
  /** `*` and `?` are wildcards. */
  wildcards: boolean
}

const variable = /\$\{([^}]*)\}/g

export function readTemplate(text: string, { variables, wildcards }: Reading): Template {
  const plain = wildcards ? withWildcards : withoutMarks
  if (!variables || !text.includes('\u0024{')) return [{ text: plain(text) }]
  const pieces: Piece[] = []
  let at = 0
  for (const match of text.matchAll(variable)) {
    pieces.push({ text: plain(text.slice(at, match.index)) }, readVariable(match[1] ?? ''))
    at = match.index + match[0].length
  }
  pieces.push({ text: plain(text.slice(at)) })
  return pieces.filter((piece) => !('text' in piece) || piece.text !== '')
}

/** `${*}`, `${?}` and `${$}` are these characters themselves; `${key, 'text'}` has a default. */
function readVariable(inside: string): Piece {
  if (['*', '?', '\u0024'].includes(inside)) return { text: inside }
  const [, key = inside, otherwise] = /^([^,]*),\s*'(.*)'\s*$/.exec(inside) ?? []
  return { key: key.trim().toLowerCase(), otherwise }
}

/** The text itself when nothing in it hangs on a request. */
export function constantOf(template: Template): string | undefined {
  const texts = template.map((piece) => ('text' in piece ? piece.text : undefined))
  return texts.includes(undefined) ? undefined : texts.join('')
}

/** Null: a key is absent and has no default, so that the text means nothing. */
export function fill(template: Template, context: Context): Filled | null {
  let text = ''
  let certain = true
  for (const piece of template) {
    if ('text' in piece) {
      text += piece.text
      continue
    }
    const values = lookUp(context, piece.key)
    if ((values === null || values?.length === 0) && piece.otherwise === undefined) return null
    const [only] = values?.length === 1 ? values : []
    if (values === null || values?.length === 0) text += withoutMarks(piece.otherwise ?? '')
    else if (only !== undefined) text += withoutMarks(only)
    else text += anyRun
    certain &&= only !== undefined || values === null || values?.length === 0
  }
  return { text, certain }
}
