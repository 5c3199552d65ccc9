import { plainText } from '../text.ts'

/** What Markdown, HTML, GitHub's mathematics, mentions and autolinks are made of. */
const active = /[&<>"'\\`*_{}[\]!|~$^@#]|:(?=[:/])|(?<=:):|(?<=www)\./gi

/**
 * Text from outside as text and nothing else, on one line: no markup, HTML, link, table cell or CI command. GitHub looks
 * for `@name` and `#1` after it has decoded entities, but never inside code: those two stand in code.
 */
export function markdownText(text: string): string {
  return plainText(text).replace(active, (character) =>
    character === '@' || character === '#' ? `<code>${character}</code>` : `&#${character.charCodeAt(0)};`,
  )
}

/** A name in code, where nothing is markup but the end of the code and the end of a table cell. */
export function markdownCode(text: string): string {
  const plain = plainText(text).replace(/[`|]/g, (character) => `\\x${character.charCodeAt(0).toString(16)}`)
  return plain.trim() === '' ? '(empty)' : `\`${plain}\``
}
