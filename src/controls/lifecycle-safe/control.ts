import { plural } from '../../core/bytes.ts'
import type { Inventory } from '../../inventory/inventory.ts'
import { type Decision, decisionsOf, type Simulation, simulate } from '../../lifecycle/simulate.ts'
import { type ImageUser, usersOf } from '../../lifecycle/uses.ts'
import type { LifecycleWarningCode } from '../../lifecycle/warnings.ts'
import {
  fail,
  notApplicable,
  pass,
  type RepositoryControl,
  type Severity,
  unknown,
  type Verdict,
} from '../control.ts'
import { clip } from '../grant-words.ts'
import { readLifecycle, readLint } from '../lifecycle-text.ts'
import { notJudged } from '../policy-verdict.ts'
import { useActions, usesOf } from '../uses.ts'

export const lifecycleSafe: RepositoryControl = {
  id: 'lifecycle-safe',
  title: 'The lifecycle policy does what it looks like, and takes no image in use',
  severity: 'medium',
  why: 'An image that is expired is gone, and what still runs on it fails with its next start.',
  needs: ['ecr:GetLifecyclePolicy', 'ecr:DescribeImages', ...useActions],
  mappings: [
    { framework: 'NIST 800-53', ids: ['CM-2', 'CP-9', 'SI-12'] },
    { framework: 'NIST 800-190', ids: ['4.2.2'] },
    { framework: 'SOC 2', ids: ['A1.2', 'C1.2'] },
    { framework: 'ISO 27001:2022', ids: ['A.8.10', 'A.8.13'] },
  ],
  fix: 'Put the policy that holdfast lifecycle suggest proves to keep what is in use.',
  scope: 'repository',
  judge: ({ name, lifecyclePolicy, images }, inventory) => {
    if ('error' in lifecyclePolicy) return unknown(lifecyclePolicy.error)
    if (lifecyclePolicy.ok === null) return noPolicy
    const parsed = readLifecycle(lifecyclePolicy.ok)
    if ('unreadable' in parsed) return notJudged(parsed.unreadable)
    if (parsed.strange.length > 0)
      return notJudged(`the policy has members that are not known here: ${clip(parsed.strange.join(', '))}`)
    const now = new Date(inventory.collectedAt)
    const listed = 'ok' in images && !Number.isNaN(now.getTime()) ? images.ok : []
    const inUse = usesOf(inventory).of(name)
    const decisions = decisionsOf(parsed.rules, listed, now)
    const found = isDoubtful(decisions, inUse)
      ? problemsOf(simulate(parsed.rules, listed, { now, inUse }))
      : []
    const problems = [...found, ...problemsOfText(lifecyclePolicy.ok)]
    if (problems.length > 0) return failing(problems)
    const refused = refusalOf(lifecyclePolicy.ok)
    if (refused) return notJudged(`ECR, as it is known here, would refuse the policy: ${refused}`)
    if ('error' in images) return unknown(images.error)
    if (Number.isNaN(now.getTime())) return notJudged('the time of the inventory cannot be read')
    return passing(decisions, parsed.rules.length, inventory)
  },
}

const noPolicy = notApplicable('No lifecycle policy: nothing is taken.')

/** Whether a closer look could find something: most policies harm nothing, and words for each image take time. */
function isDoubtful(decisions: readonly Decision[], inUse: readonly ImageUser[]): boolean {
  const taken = decisions.filter(({ outcome }) => outcome !== 'kept')
  const uncovered = ({ image, reason }: Decision) =>
    reason === 'not-identified' && image.status === 'ACTIVE' && image.tags.length === 0
  if (decisions.some(uncovered)) return true
  if (taken.length === 0) return false
  const active = (list: readonly Decision[]) => list.filter(({ image }) => image.status === 'ACTIVE').length
  if (active(taken) === active(decisions)) return true
  const users = usersOf(inUse)
  return taken.some(({ image }) => users(image).length > 0 || image.children !== undefined)
}

interface Problem {
  severity: Severity
  text: string
}

/**
 * Not among these: signatures that a rule for untagged images takes. Whether ECR counts those is not documented
 * (ecr-facts 3.2), and every such policy would fail.
 */
const dangers: Partial<Record<LifecycleWarningCode, Severity>> = {
  'in-use-taken': 'high',
  'in-use-child': 'high',
  'takes-everything': 'medium',
  'untagged-uncovered': 'medium',
}

function problemsOf({ warnings }: Simulation): Problem[] {
  const found = warnings.flatMap(({ code, text }) => {
    const severity = dangers[code]
    return severity ? [{ severity, text }] : []
  })
  return found.sort((a, b) => Number(b.severity === 'high') - Number(a.severity === 'high'))
}

/** Rules that can never act, whatever images there are. */
function problemsOfText(text: string): Problem[] {
  return readLint(text)
    .findings.filter(({ code }) => code === 'never-acts' || code === 'never-matches')
    .map((finding) => ({ severity: 'medium', text: `${finding.path}: ${finding.text}` }))
}

/** ECR checks a policy before it stores one, so what is refused here shows that something is not known here. */
function refusalOf(text: string): string | undefined {
  const error = readLint(text).findings.find(
    ({ severity, code }) => severity === 'error' && !code.startsWith('text-too-'),
  )
  return error && `${error.path || 'policy'}, ${error.text.replace(/\.$/, '')}`
}

function failing(problems: readonly Problem[]): Verdict {
  const [worst] = problems
  const more = problems.length > 1 ? ` ${plural(problems.length - 1, 'more problem')}.` : ''
  const verdict = fail(`${clip(worst?.text ?? '', 300)}${more}`, {
    problems: problems.slice(0, 10).map(({ text }) => clip(text, 300)),
  })
  return { ...verdict, ...(worst?.severity === 'high' && { severity: worst.severity }) }
}

/** Without knowing what is in use only a policy that takes nothing today is known to be safe. */
function passing(decisions: readonly Decision[], rules: number, inventory: Inventory): Verdict {
  const taken = decisions.filter(({ outcome, image }) => outcome !== 'kept' && !image.subject).length
  const what = plural(rules, 'rule')
  if (taken === 0) return pass(`${what}, all reachable; nothing is taken today.`)
  const { missing } = usesOf(inventory)
  if (missing) return unknown(missing)
  const which = taken === 1 ? 'it is' : 'they are'
  return pass(`${what}, all reachable; ${plural(taken, 'image')} would go today, and ${which} not in use.`)
}
