import type { Sample } from '../events/samples.ts'
import { type Watch, watch } from '../events/watch.ts'
import type { Inventory } from '../inventory/inventory.ts'
import { fail, pass, unknown, type Verdict } from './control.ts'
import { join } from './grant-words.ts'

/** Every sample must reach somebody. What nobody hears of fails, unless an answer that is missing could show a chain. */
export function judgeWatch(inventory: Inventory, samples: readonly Sample[]): Verdict {
  const watched = samples.map((sample) => ({ sample, found: watch(inventory, sample) }))
  const unheard = watched.filter(({ found }) => found.heard.length === 0)
  const [first] = unheard
  if (!first) {
    const ways = [...new Set(watched.flatMap(({ found }) => found.heard.slice(0, 1)))]
    return pass(`Somebody hears of ${join(whatOf(watched))}: ${ways.slice(0, 3).join('; ')}.`, { ways })
  }
  const missing = unheard.flatMap(({ found }) => found.missing)[0]
  if (missing) return unknown(missing)
  return fail(`Nobody hears of ${join(whatOf(unheard))}: ${whyNot(first.found)}.`, {
    broken: Object.fromEntries(unheard.map(({ sample, found }) => [sample.what, found.broken.slice(0, 5)])),
  })
}

function whatOf(list: readonly { sample: Sample }[]): string[] {
  return [...new Set(list.map(({ sample }) => sample.what))]
}

/** The chain that comes nearest. */
function whyNot({ broken }: Watch): string {
  return broken[0] ?? 'no alarm and no rule is for it'
}
