import { plainText } from '../text.ts'

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
}

/** Text from outside as text, between tags and inside a quoted attribute. Never for a URL, a script or a style. */
export function htmlText(text: string): string {
  return plainText(text)
    .replace(/[\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"'`]/g, (character) => entities[character] ?? '')
}
