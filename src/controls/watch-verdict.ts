import type { Sample } from '../events/samples.ts'
import { type Watch, watch } from '../events/watch.ts'
import type { Inventory } from '../inventory/inventory.ts'
import { fail, notApplicable, pass, unknown, type Verdict } from './control.ts'
import { join } from './grant-words.ts'
import { notJudged } from './policy-verdict.ts'

/** Every sample must reach somebody. What nobody hears of fails, unless an answer that is missing could show a chain. */
export function judgeWatch(inventory: Inventory, samples: readonly Sample[]): Verdict {
  if (isEmpty(inventory)) return nothingToWatch
  const watched = samples.map((sample) => ({ sample, found: watch(inventory, sample) }))
  const unheard = watched.filter(({ found }) => found.heard.length === 0)
  const [first] = unheard
  if (!first) {
    const ways = [...new Set(watched.flatMap(({ found }) => found.heard.slice(0, 1)))]
    return pass(`Somebody hears of ${join(whatOf(watched))}: ${ways.slice(0, 3).join('; ')}.`, { ways })
  }
  const certain = unheard.find(({ found }) => found.missing.length + found.unread.length === 0)
  const missing = unheard.flatMap(({ found }) => found.missing)[0]
  if (!certain && missing) return unknown(missing)
  const unread = unheard.flatMap(({ found }) => found.unread)[0]
  if (!certain && unread) return notJudged(unread)
  const sure = unheard.filter(({ found }) => found.missing.length + found.unread.length === 0)
  return fail(`Nobody hears of ${join(whatOf(sure))}: ${whyNot((certain ?? first).found)}.`, {
    broken: Object.fromEntries(
      unheard.map(({ sample, found }) => [nameOf(sample), found.broken.slice(0, 5)]),
    ),
  })
}

/** The call, where it is one. */
function nameOf({ what, record }: Sample): string {
  return record ? String(record['eventName']) : what
}

/** A registry without a repository has nothing that anybody could harm. */
export function isEmpty({ repositories }: Inventory): boolean {
  return 'ok' in repositories && repositories.ok.length === 0
}

export const nothingToWatch = notApplicable('There is no repository to watch.')

function whatOf(list: readonly { sample: Sample }[]): string[] {
  return [...new Set(list.map(({ sample }) => sample.what))]
}

/** The chain that comes nearest. */
function whyNot({ broken }: Watch): string {
  return broken[0] ?? 'no alarm and no rule is for it'
}
