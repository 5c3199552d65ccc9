import { shortDigest } from '../core/digest.ts'
import type { Decision, Sight } from './simulate.ts'
import { countWords, selectionWords } from './words.ts'

/** One sentence on why the image has its outcome. */
export function whyWords(decision: Decision, sights: readonly Sight[]): string {
  const { reason, rule, because = '', shieldedFrom, outcome, unlessChild } = decision
  const found = sights.find((sight) => sight.rule.priority === rule)?.rule
  const selects = found ? `rule ${rule} (${selectionWords(found)})` : `rule ${rule}`
  switch (reason) {
    case 'not-identified':
      return decision.image.status === 'ACTIVATING'
        ? 'It is coming back from the archive: no rule looks at it until that is done.'
        : 'No rule looks at it.'
    case 'spared':
      return `First looked at by ${selects}, which takes only ${takenWords(found)}.`
    case 'shielded':
      return `Rule ${shieldedFrom} would take it, but ${selects} looks at it first and does not.`
    case 'held':
      return `Rule ${rule} would take it, but index ${shortDigest(because)} holds it; it can go in a run after the index went.`
    case 'follows-subject':
      return `It refers to ${shortDigest(because)} and is ${outcome} within 24 hours after it.`
    case 'rule':
      return `Rule ${rule} takes ${takenWords(found)}${unlessChild ? '; unless an index holds it, which a listing does not tell' : ''}.`
  }
}

/** `tagged v* images, all but the newest 20`. */
function takenWords(rule: Sight['rule'] | undefined): string {
  if (!rule) return 'it'
  const words = countWords(rule)
  return rule.countType === 'imageCountMoreThan' ? words : `what was ${words.replace(/^when (was )?/, '')}`
}
