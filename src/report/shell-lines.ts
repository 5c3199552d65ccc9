import { displayWidth, wrap } from './wrap.ts'

const command = /^(?:aws|holdfast|docker|kubectl|jq|curl) /

/** Lines of an instruction; a command, also one behind a sentence and a colon, can be copied whole. */
export function instructionLines(text: string, width: number): string[] {
  if (command.test(text)) return commandLines(text, width)
  const [, sentence, line] = /^(.*?:) ((?:aws|holdfast|docker|kubectl) .*)$/.exec(text) ?? []
  if (sentence === undefined || line === undefined) return wrap(text, width)
  return [...wrap(sentence, width), ...commandLines(line, width)]
}

interface ShellLine {
  text: string
  /** The next line is still in quotes, where a break is a part of the text. */
  quoted?: boolean
}

/** Broken where a shell takes a break: between words, and in quotes only inside JSON, to which it means nothing. */
function commandLines(text: string, width: number): string[] {
  const words = text.match(/(?:'[^']*'|"[^"]*"|\S)+/g) ?? []
  const lines: ShellLine[] = []
  for (const word of words) {
    const last = lines.at(-1)
    const joined = last === undefined ? word : `${last.text} ${word}`
    // Room for the break itself.
    if (last !== undefined && displayWidth(joined) <= width - 2) last.text = joined
    else lines.push(...wordLines(word, last === undefined ? '' : '  ', width - 2))
  }
  return lines.map(({ text: line, quoted }, at) => (quoted || at === lines.length - 1 ? line : `${line} \\`))
}

function wordLines(word: string, indent: string, width: number): ShellLine[] {
  const whole = { text: `${indent}${word}` }
  if (displayWidth(whole.text) <= width) return [whole]
  const json = /^'([{[].*[}\]])'$/.exec(word)?.[1]
  const pretty = json === undefined ? undefined : prettyJson(json)
  if (pretty === undefined) return [whole]
  const lines = `'${pretty}'`.split('\n')
  return lines.map((line, at) => ({ text: `${indent}${line}`, quoted: at < lines.length - 1 }))
}

function prettyJson(text: string): string | undefined {
  try {
    return JSON.stringify(JSON.parse(text), null, 1)
  } catch {
    return undefined
  }
}
