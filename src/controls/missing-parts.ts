import type { Answer, Inventory } from '../inventory/inventory.ts'

export interface MissingPart {
  /** Where the answer would stand: `repositories.shop/api.policy`. */
  part: string
  code: string
  needs: string
}

/** Every answer that is missing, with the place where it would stand. */
export function missingIn(inventory: Inventory): MissingPart[] {
  const found: MissingPart[] = []
  const visit = (value: unknown, part: string): void => {
    if (typeof value !== 'object' || value === null) return
    if (isMissing(value)) {
      found.push({ part, code: value.error.code, needs: value.error.needs })
      return
    }
    // Only answers hold answers: what a service said is not looked into.
    for (const [key, member] of entriesOf(value)) visit(member, part === '' ? key : `${part}.${key}`)
  }
  visit(inventory, '')
  return found
}

function isMissing(value: object): value is Extract<Answer<unknown>, { error: unknown }> {
  const error: unknown = 'error' in value ? value.error : undefined
  return typeof error === 'object' && error !== null && 'needs' in error
}

/** Lists are told apart by name or ARN, so that a person finds the place again. */
function entriesOf(value: object): [string, unknown][] {
  if ('ok' in value && Object.keys(value).length === 1) return entriesOf(asObject(value.ok))
  if (!Array.isArray(value)) return Object.entries(value)
  return value.map((one: unknown, at) => [nameOf(one) ?? String(at), one])
}

function asObject(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {}
}

function nameOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  return 'name' in value && typeof value.name === 'string' ? value.name : undefined
}
