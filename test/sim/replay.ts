import { printFigures } from '../support/figures.ts'

export type Counts = Record<string, number>

/** What is searched: everything that happens follows from the seed. */
export interface Case {
  name: string
  /** What can be left out to make a failure smaller. */
  parts(seed: number): string[]
  play(seed: number, leave: ReadonlySet<string>): Promise<Outcome>
}

export interface Outcome {
  counts: Counts
  /** Sentences that did not hold. Empty: all is well. */
  broken: string[]
  /** What happened, for people. */
  trace: string[]
}

export interface Search {
  /** `test/sim/orders-1.test.ts` */
  file: string
  /** Name of the variable that raises the count: `SIM_ORDERS`. */
  variable: 'SIM_ORDERS' | 'SIM_SEEDS'
  first: number
  count: number
}

const tracedLines = 60

/** Plays seed after seed; the first that fails is made smaller, and its replay is in the message. */
export async function search(one: Case, { file, variable, first, count }: Search): Promise<Counts> {
  const only = process.env['SIM_SEED']
  const wanted = Number(process.env[variable] ?? count)
  const seeds = only ? [Number(only)] : Array.from({ length: wanted }, (_, n) => first + n)
  const sum: Counts = {}
  for (const seed of seeds) {
    const outcome = await attempt(one, seed, new Set(leftOut()))
    add(sum, outcome.counts)
    if (outcome.broken.length > 0) throw await explained(one, seed, { file, outcome })
  }
  return sum
}

/** `SIM_LEAVE='0.1 prune,0.4 verify'`: as the message of a failure says. */
const leftOut = () => (process.env['SIM_LEAVE'] ?? '').split(',').filter(Boolean)

async function attempt(one: Case, seed: number, leave: ReadonlySet<string>): Promise<Outcome> {
  try {
    return await one.play(seed, leave)
  } catch (error) {
    return { counts: {}, broken: [String((error as Error).stack)], trace: [] }
  }
}

async function explained(
  one: Case,
  seed: number,
  { file, outcome }: { file: string; outcome: Outcome },
): Promise<Error> {
  const { leave, outcome: smallest } = await shrunk(one, seed, outcome)
  const smaller = leave.size > 0 ? ` SIM_LEAVE='${[...leave].join(',')}'` : ''
  const left = one.parts(seed).filter((part) => !leave.has(part))
  return new Error(
    [
      `Seed ${seed} of ${one.name}: ${smallest.broken.slice(0, 5).join('\n  ')}`,
      `It takes: ${left.join(', ')}`,
      ...smallest.trace.slice(-tracedLines),
      `Replay: SIM_SEED=${seed}${smaller} npx vitest run --project proof ${file}`,
    ].join('\n'),
  )
}

/** Leaves out one part after the other, as long as it still fails. */
async function shrunk(
  one: Case,
  seed: number,
  outcome: Outcome,
): Promise<{ leave: Set<string>; outcome: Outcome }> {
  const leave = new Set(leftOut())
  let smallest = outcome
  for (const part of one.parts(seed)) {
    if (leave.has(part)) continue
    const again = await attempt(one, seed, new Set([...leave, part]))
    if (again.broken.length === 0) continue
    leave.add(part)
    smallest = again
  }
  return { leave, outcome: smallest }
}

/** The first seed that breaks something, for harnesses that must fail. */
export async function firstBroken(one: Case, { first, count }: Pick<Search, 'first' | 'count'>) {
  for (let seed = first; seed < first + count; seed++) {
    const outcome = await attempt(one, seed, new Set())
    if (outcome.broken.length > 0) return { seed, tried: seed - first + 1, broken: outcome.broken }
  }
  return undefined
}

export function add(sum: Counts, more: Counts): void {
  for (const [what, count] of Object.entries(more)) sum[what] = (sum[what] ?? 0) + count
}

export function print(name: string, counts: Counts): void {
  printFigures(name, counts)
}
