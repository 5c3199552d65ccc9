import { displayWidth, wrap } from './wrap.ts'

const command = /^(?:aws|holdfast|docker|kubectl|jq|curl) /

/** Lines of an instruction; a command, also one behind a sentence and a colon, can be copied whole. */
export function instructionLines(text: string, width: number): string[] {
  if (command.test(text)) return commandLines(text, width)
  const [, sentence, line] = /^(.*?:) ((?:aws|holdfast|docker|kubectl) .*)$/.exec(text) ?? []
  if (sentence === undefined || line === undefined) return wrap(text, width)
  return [...wrap(sentence, width), ...commandLines(line, width)]
}

/** Broken where a shell takes a break: between words, never in quotes. A longer word stays whole. */
function commandLines(text: string, width: number): string[] {
  const words = text.match(/(?:'[^']*'|"[^"]*"|\S)+/g) ?? []
  const lines: string[] = []
  for (const word of words) {
    const last = lines.at(-1)
    const joined = last === undefined ? word : `${last} ${word}`
    // Room for the break itself.
    if (last === undefined || displayWidth(joined) > width - 2)
      lines.push(last === undefined ? word : `  ${word}`)
    else lines[lines.length - 1] = joined
  }
  return lines.map((line, at) => (at < lines.length - 1 ? `${line} \\` : line))
}
