import { XMLParser, XMLValidator } from 'fast-xml-parser'

/**
 * Holds an XML answer against the SDK's own schemas. A schema is a tuple: kind (3 structure, 1 list, 2 map,
 * 9 operation), namespace, name, traits, then names and types of members. A type is a number (0 text, 1 number,
 * 2 flag, 4 timestamp, 21 bytes; +64 list of, +128 map of), a function that answers another schema, or a pair of
 * one of these and traits: `xmlName`, `xmlFlattened`, or 16 for a member that is the whole body.
 */
type Schema = readonly unknown[]
type Traits = { xmlName?: string; xmlFlattened?: number; xmlAttribute?: number }
/** The namespace of a client's package. */
export type Sdk = object

interface Element {
  name: string
  children: Element[]
  text: string
}

/** Operations of an SDK. */
export function operationsOfSdk(sdk: Sdk): string[] {
  return Object.values(sdk as Record<string, Schema>)
    .filter((schema) => Array.isArray(schema) && schema[0] === 9)
    .map((schema) => String(schema[2]))
}

/** Complaints about an answer; none when it is what the SDK expects. */
export function complaintsAboutXml(sdk: Sdk, operation: string, xml: string): string[] {
  const schema = (sdk as Record<string, Schema>)[`${operation}$`]
  if (!schema) return [`${operation} is not an operation of the SDK`]
  if (XMLValidator.validate(xml) !== true) return [`${operation}: not well-formed`]
  const root = parse(xml)
  const [type] = split(schema[5])
  const output = resolved(type) as Schema
  const payload = payloadOf(output)
  if (payload) return check(payload, root, operation)
  const result = root.children.find(({ name }) => name === `${operation}Result`) ?? root
  const own = result.children.filter(({ name }) => !['requestId', 'ResponseMetadata'].includes(name))
  return check(output, { ...result, children: own }, operation)
}

function payloadOf(output: Schema): unknown {
  const types = (output[5] ?? []) as unknown[]
  return types.map(split).find(([, traits]) => (traits as unknown) === 16)?.[0]
}

function parse(xml: string): Element {
  const parser = new XMLParser({ preserveOrder: true, ignoreAttributes: true, parseTagValue: false })
  const nodes = parser.parse(xml) as Record<string, unknown>[]
  return elementsOf(nodes).find(({ name }) => name !== '?xml') as Element
}

function elementsOf(nodes: Record<string, unknown>[]): Element[] {
  return nodes.flatMap((node) =>
    Object.entries(node)
      .filter(([name]) => name !== '#text')
      .map(([name, content]) => {
        const inner = content as Record<string, unknown>[]
        const text = inner.map((each) => String(each['#text'] ?? '')).join('')
        return { name, children: elementsOf(inner), text }
      }),
  )
}

function split(type: unknown): [unknown, Traits] {
  const pair = Array.isArray(type) && type.length === 2
  return pair ? [type[0], (type[1] || {}) as Traits] : [type, {}]
}

function resolved(type: unknown): unknown {
  return typeof type === 'function' ? resolved(split(type())[0]) : type
}

function check(given: unknown, element: Element, path: string): string[] {
  const type = resolved(split(given)[0])
  if (typeof type === 'number') return checkSimple(type, element, path)
  const [kind, , , , names, types, required] = type as Schema
  if (kind === 1) return checkList(names, element, path)
  if (kind === 2) return checkMap(types, element, path)
  if (kind === 3)
    return checkStructure(names as string[], { types: types as unknown[], required }, { element, path })
  return []
}

const patterns: Record<number, RegExp> = {
  1: /^-?\d+(\.\d+)?$/,
  2: /^(true|false)$/,
  4: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/,
  21: /^[A-Za-z0-9+/]*={0,2}$/,
}

function checkSimple(type: number, element: Element, path: string): string[] {
  if (type >= 128) return checkMap(type - 128, element, path)
  if (type >= 64) return checkList(type - 64, element, path)
  if (element.children.length > 0) return [`${path} is not text`]
  return (patterns[type]?.test(element.text) ?? true) ? [] : [`${path}: ${element.text} is not a ${type}`]
}

function checkList(item: unknown, { children }: Element, path: string): string[] {
  const [type, { xmlName = 'member' }] = split(item)
  return children.flatMap((child, at) =>
    child.name === xmlName
      ? check(type, child, `${path}[${at}]`)
      : [`${path}: ${child.name} instead of ${xmlName}`],
  )
}

function checkMap(type: unknown, { children }: Element, path: string): string[] {
  return children.flatMap(({ name, children: pair }) => {
    const shape = [name, ...pair.map((each) => each.name)].join()
    if (shape !== 'entry,key,value') return [`${path}: ${shape} is no entry of a map`]
    return check(type, pair[1] as Element, `${path}.${pair[0]?.text}`)
  })
}

function checkStructure(
  names: string[],
  { types, required }: { types: unknown[]; required: unknown },
  { element, path }: { element: Element; path: string },
): string[] {
  const members = names.map((name, at) => {
    const [type, traits] = split(types[at])
    return { name: traits.xmlName ?? name, type, traits }
  })
  const needed = members.slice(0, Number(required ?? 0)).filter(({ traits }) => !traits.xmlAttribute)
  const missing = needed.filter(({ name }) => !element.children.some((child) => child.name === name))
  const seen = new Set<string>()
  const found = element.children.flatMap((child) => {
    const member = members.find(({ name }) => name === child.name)
    if (!member) return [`${path}.${child.name} is not a member`]
    const { type, traits } = member
    if (traits.xmlFlattened) return check(elementOf(type), child, `${path}.${child.name}`)
    if (seen.has(child.name)) return [`${path}.${child.name} is there twice`]
    seen.add(child.name)
    return check(type, child, `${path}.${child.name}`)
  })
  return [...found, ...missing.map(({ name }) => `${path}.${name} is missing`)]
}

function elementOf(type: unknown): unknown {
  return split((resolved(type) as Schema)[4])[0]
}
