import type { Answer } from '../inventory.ts'
import type { TrailEvent } from './trail-event.ts'

/** Calls of one kind to one place. */
export interface UsedAction {
  /** As CloudTrail calls it. */
  name: string
  region: string
  /** Whose registry. */
  account: string
  /** Null: of the registry, or of all repositories. */
  repository: string | null
  count: number
  first: string
  last: string
  denied: boolean
}

/** What one user or role was seen to use. */
export interface Usage {
  principal: string
  source: 'event history' | 'files'
  /** What the events cover. */
  from: string
  to: string
  /** Of ECR and of this principal. */
  events: number
  /** False: there were more events than were read; `from` says how far back it goes. */
  complete: boolean
  /** Where was looked; empty: wherever the files are from. */
  regions: string[]
  used: UsedAction[]
  lastAccessed: Answer<LastAccessed>
}

/** What IAM remembers for 400 days: tries, too, that were denied. */
export interface LastAccessed {
  /** Of ECR at all. */
  service?: { at: string; region: string }
  /** Of actions that change something, as far as IAM keeps track of them. */
  actions: { name: string; at: string; region: string }[]
}

/** Adds up the events of one principal; what it holds grows with kinds of calls and not with calls. */
export class UsageCount {
  events = 0
  earliest: string | undefined
  latest: string | undefined
  readonly #used = new Map<string, UsedAction>()
  readonly #principal: string

  constructor(principal: string) {
    this.#principal = principal
  }

  add(event: TrailEvent): void {
    this.#see(event.at)
    if (!isSame(event.by, this.#principal)) return
    this.events++
    const places = event.repositories.length > 0 ? event.repositories : [null]
    for (const name of event.names) for (const place of places) this.#count(event, name, place)
  }

  get used(): UsedAction[] {
    return [...this.#used.values()].sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1))
  }

  #see(at: string): void {
    if (this.earliest === undefined || at < this.earliest) this.earliest = at
    if (this.latest === undefined || at > this.latest) this.latest = at
  }

  #count({ region, account, denied, at }: TrailEvent, name: string, repository: string | null): void {
    const one = { name, region, account, repository, denied }
    const key = keyOf(one)
    const found = this.#used.get(key) ?? { ...one, count: 0, first: at, last: at }
    found.count++
    if (at < found.first) found.first = at
    if (at > found.last) found.last = at
    this.#used.set(key, found)
  }
}

function keyOf({ name, region, account, repository, denied }: Omit<UsedAction, 'count' | 'first' | 'last'>) {
  return [name, region, account, repository ?? '', String(denied)].join(' ')
}

/** A session without its issuer has the name of the role, and not its path. */
function isSame(one: string, other: string): boolean {
  if (one === other) return true
  const [, role] = one.split(':role/')
  const [account, path] = other.split(':role/')
  return (
    role !== undefined && path !== undefined && one.startsWith(`${account}:`) && path.endsWith(`/${role}`)
  )
}
