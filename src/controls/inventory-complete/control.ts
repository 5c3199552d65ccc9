import type { Inventory } from '../../inventory/inventory.ts'
import { pass, type RegistryControl, unknown, type Verdict } from '../control.ts'
import { clip, join } from '../grant-words.ts'
import { type MissingPart, missingIn } from '../missing-parts.ts'

export const inventoryComplete: RegistryControl = {
  id: 'inventory-complete',
  title: 'Everything that the audit asks for was answered',
  severity: 'low',
  why: 'What could not be read is not in order, it is only not known: a permission that is missing hides the worst.',
  needs: ['ecr:DescribeRepositories'],
  mappings: [
    { framework: 'NIST 800-53', ids: ['CA-7', 'CM-8'] },
    { framework: 'PCI DSS 4.0.1', ids: ['12.5.1'] },
    { framework: 'SOC 2', ids: ['CC7.1'] },
    { framework: 'ISO 27001:2022', ids: ['A.5.9'] },
  ],
  fix: 'Give the auditor the permissions that are named here; holdfast doctor --policy audit prints it all.',
  scope: 'registry',
  judge: (inventory) => {
    const missing = missingIn(inventory).filter((part) => !isGone(part))
    const [first] = missing
    return first ? judgeMissing(inventory, missing, first) : pass('Every question was answered.')
  },
}

/** That a key or a topic is not there any more is an answer; other controls say what it means. */
function isGone({ code }: MissingPart): boolean {
  return /notfound/i.test(code)
}

function judgeMissing(inventory: Inventory, missing: readonly MissingPart[], first: MissingPart): Verdict {
  const needs = [...new Set(missing.map((part) => part.needs))]
  const evidence = {
    answers: missing.length,
    needs: needs.slice(0, 50).map((need) => clip(need)),
    missing: missing.slice(0, 20).map(({ part, code }) => ({ part: clip(part), code: clip(code) })),
    collectedAs: inventory.registry.identity,
  }
  const one = new Set(missing.map(({ code, needs }) => `${code} ${needs}`)).size === 1
  if (one) return { ...unknown({ ...first, message: '' }), evidence }
  const shown = needs.slice(0, 6).map((need) => clip(need))
  const more = needs.length > shown.length ? [`${needs.length - shown.length} more`] : []
  return { status: 'unknown', reason: `Answers are missing: needs ${join([...shown, ...more])}.`, evidence }
}
