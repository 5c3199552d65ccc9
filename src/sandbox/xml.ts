import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { AwsError } from './http.ts'

/** A list repeats its element; undefined leaves it out; a name with `@` is an attribute. */
export type Xml = string | number | boolean | undefined | readonly Xml[] | { readonly [name: string]: Xml }

export const xmlDeclaration = '<?xml version="1.0" encoding="UTF-8"?>\n'

/** Everything is escaped, control characters too: keys and tags may hold anything. */
export function toXml(name: string, value: Xml, namespace?: string): string {
  if (value === undefined) return ''
  if (isList(value)) return value.map((item) => toXml(name, item)).join('')
  const content = typeof value === 'object' ? children(value) : escapeText(String(value))
  return `<${name}${namespace ? ` xmlns="${namespace}"` : ''}${attributes(value)}>${content}</${name}>`
}

function children(value: { readonly [name: string]: Xml }): string {
  return Object.entries(value)
    .filter(([name]) => !name.startsWith('@'))
    .map(([name, child]) => toXml(name, child))
    .join('')
}

function attributes(value: Xml): string {
  if (typeof value !== 'object') return ''
  return Object.entries(value)
    .filter(([name]) => name.startsWith('@'))
    .map(([name, text]) => ` ${name.slice(1)}="${escapeText(String(text))}"`)
    .join('')
}

function isList(value: Xml): value is readonly Xml[] {
  return Array.isArray(value)
}

const named: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

function escapeText(text: string): string {
  return text.replace(/[&<>"\u0000-\u001f\u007f\u0085\u2028]/g, (found) => {
    return named[found] ?? `&#x${found.charCodeAt(0).toString(16).toUpperCase()};`
  })
}

const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  trimValues: false,
  htmlEntities: true,
  isArray: (name) => name === 'Part' || name === 'Object',
})

/** The root element's content. Document types are refused: nothing may expand. */
export function parseXml(text: string, root: string): Record<string, unknown> {
  const sound = !text.includes('<!DOCTYPE') && XMLValidator.validate(text) === true
  const document = sound ? (parser.parse(text) as Record<string, unknown>)[root] : undefined
  if (typeof document === 'object' && document !== null) return document as Record<string, unknown>
  throw malformedXml(`The body is not a well-formed ${root} document.`)
}

export function malformedXml(message: string): AwsError {
  return new AwsError('MalformedXML', message)
}
