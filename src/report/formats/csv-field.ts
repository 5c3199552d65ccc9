import { plainText } from '../text.ts'

/** What a spreadsheet takes for a formula, at the start of a cell, in half and in full width. */
const formula = /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]/u
/** The same behind what a spreadsheet of another country takes for the end of a cell. */
const innerFormula = /([;|"',]\s*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])/gu

/** RFC 4180, in quotes. An apostrophe in front of a formula makes it text. Tabs and line ends, which start cells too, are shown as escapes. */
export function csvField(text: string): string {
  const plain = plainText(text).replace(innerFormula, "$1'")
  const safe = formula.test(plain) ? `'${plain}` : plain
  return `"${safe.replaceAll('"', '""')}"`
}
