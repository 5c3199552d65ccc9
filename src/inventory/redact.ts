import type { Inventory } from './inventory.ts'

/**
 * The inventory with every account id replaced, the same one always by the same (`000000000001` is the registry's own),
 * and without the addresses of subscribers and the caller's name. Judged offline, it gives the same verdicts.
 */
export function redacted(inventory: Inventory): Inventory {
  const found = accountsIn(inventory, inventory.registry.account)
  const numbers = new Map([...found].map((account, at) => [account, String(at + 1).padStart(12, '0')]))
  const replace = (text: string) => text.replace(accountId, (id) => numbers.get(id) ?? id)
  const copy = mapTexts(inventory, replace)
  const { registry, topics } = copy
  const identity = registry.identity.replace(/:[^:]*$/, ':redacted')
  return { ...copy, registry: { ...registry, identity }, topics: withoutAddresses(topics) }
}

/** Twelve digits that are no part of a digest or of a longer number. */
const accountId = /(?<![0-9a-zA-Z])\d{12}(?![0-9a-zA-Z])/g

function accountsIn(inventory: Inventory, own: string): Set<string> {
  const found = new Set([own])
  mapTexts(inventory, (text) => {
    for (const [id] of text.matchAll(accountId)) found.add(id)
    return text
  })
  return found
}

function withoutAddresses(topics: Inventory['topics']): Inventory['topics'] {
  const entries = Object.entries(topics).map(([arn, topic]) => {
    if ('error' in topic) return [arn, topic] as const
    const subscriptions = topic.ok.subscriptions.map((one) => ({ ...one, endpoint: 'redacted' }))
    return [arn, { ok: { ...topic.ok, subscriptions } }] as const
  })
  return Object.fromEntries(entries)
}

/** A copy with every text, keys too, passed through `change`. */
function mapTexts<T>(value: T, change: (text: string) => string): T {
  const visit = (one: unknown): unknown => {
    if (typeof one === 'string') return change(one)
    if (Array.isArray(one)) return one.map(visit)
    if (typeof one !== 'object' || one === null) return one
    return Object.fromEntries(Object.entries(one).map(([key, member]) => [change(key), visit(member)]))
  }
  return visit(value) as T
}
