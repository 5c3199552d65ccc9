/**
 * The rule that lets prunes and backups work beside each other without a lock, small enough to look at every
 * interleaving: one blob, an old snapshot that has it, backups that need it, prunes that forget the old snapshot.
 * A process may stop for ever before any of its steps, because every prefix of every interleaving is visited.
 * It shares no code with the real thing: what it says about the rule, the property tests say about the code.
 */
export interface Rule {
  backups: number
  prunes: number
  /** Is there an old snapshot with the blob at the start? Without one the blob is garbage. */
  old: boolean
  /** The store keeps versions, and deletes name the version that was condemned. */
  versions?: boolean
  /** The answer to a delete may be lost: it is sent again, and the first may land at any later time. */
  late?: boolean
  /** The last prune takes the list of the first over. `dead`: which never does anything again. `asleep`: may wake up. */
  takeOver?: 'dead' | 'asleep'
  /** What is left out or done wrong. */
  bug?: Bug
}

export type Bug = (typeof bugs)[number]

/** Every clause of the rule, broken. */
export const bugs = [
  'backup writes no claim',
  'backup claims after it read the lists',
  'backup ignores lists',
  'backup reads roots before lists',
  'backup takes a condemned snapshot for its parent',
  'backup commits over a tombstone',
  'prune publishes no list',
  'prune revokes before it publishes',
  'prune does not revoke',
  'prune forgets old claims instead of revoking',
  'prune does not read roots again',
  'prune deletes blobs before roots',
  'prune drops the list before it deletes',
  'heir does not revoke',
  'heir does not read roots again',
] as const

interface Backup {
  kind: 'backup'
  pc: number
  heeds: boolean[]
  known: boolean
}

interface Prune {
  kind: 'prune'
  pc: number
  /** The generation it works for: its own, or the one it took over. */
  list: number
  version: number
  open: boolean[]
  /** A snapshot needs the blob after all. */
  known: boolean
  /** The one answer that may be lost was lost. */
  spare: boolean
}

interface List {
  live: boolean
  owner: number
  blob: boolean
  root: boolean
}

interface State {
  /** 0: absent, else its version. */
  blob: number
  last: number
  old: boolean
  roots: ('' | 'root' | 'tombstone')[]
  claims: boolean[]
  lists: List[]
  flying: number[]
  processes: (Backup | Prune)[]
}

/** A state in which a committed snapshot lacks its blob, or undefined when there is none. */
export function searchLoss(rule: Rule): { states: number; loss?: string[] } {
  const first = JSON.stringify(start(rule))
  const cameFrom = new Map<string, { from: string; how: string } | undefined>([[first, undefined]])
  const queue = [first]
  for (let text = queue.pop(); text; text = queue.pop()) {
    if (isLoss(JSON.parse(text))) return { states: cameFrom.size, loss: trail(cameFrom, text) }
    for (const { state, how } of successors(text, rule)) {
      const key = JSON.stringify(state)
      if (cameFrom.has(key)) continue
      cameFrom.set(key, { from: text, how })
      queue.push(key)
    }
  }
  return { states: cameFrom.size }
}

function trail(cameFrom: Map<string, { from: string; how: string } | undefined>, end: string): string[] {
  const steps: string[] = []
  for (let at = cameFrom.get(end); at; at = cameFrom.get(at.from)) steps.unshift(at.how)
  return steps
}

function isLoss(state: State): boolean {
  return state.blob === 0 && (state.old || state.roots.includes('root'))
}

function start(rule: Rule): State {
  const backup = (): Backup => ({
    kind: 'backup',
    pc: 0,
    heeds: Array(rule.prunes).fill(false),
    known: false,
  })
  const prune = (list: number): Prune => ({
    kind: 'prune',
    pc: 0,
    list,
    version: 0,
    open: [],
    known: false,
    spare: false,
  })
  return {
    blob: 1,
    last: 1,
    old: rule.old,
    roots: Array(rule.backups).fill(''),
    claims: Array(rule.backups).fill(false),
    lists: Array.from({ length: rule.prunes }, (_, owner) => ({
      live: false,
      owner,
      blob: false,
      root: false,
    })),
    flying: [],
    processes: [
      ...Array.from({ length: rule.backups }, backup),
      ...Array.from({ length: rule.prunes }, (_, at) => prune(at)),
    ],
  }
}

function* successors(text: string, rule: Rule): Generator<{ state: State; how: string }> {
  const count = (JSON.parse(text) as State).processes.length
  for (let at = 0; at < count; at++) {
    for (const choice of rule.late ? [0, 1] : [0]) {
      const state: State = JSON.parse(text)
      const process = state.processes[at]
      if (!process) continue
      const did =
        process.kind === 'backup'
          ? choice === 0 && backupStep(state, process, { at, rule })
          : pruneStep(state, process, { at: at - rule.backups, rule, choice })
      if (did) yield { state, how: `${process.kind} ${at}: ${did}` }
    }
  }
  const flying = (JSON.parse(text) as State).flying
  for (let at = 0; at < flying.length; at++) {
    const state: State = JSON.parse(text)
    const [version = 0] = state.flying.splice(at, 1)
    removeBlob(state, version)
    yield { state, how: 'a late delete lands' }
  }
}

/** What a delete names that found nothing to name. */
const absent = -1

/** Version 0: whatever is there. */
function removeBlob(state: State, version: number): void {
  if (version === 0 || state.blob === version) state.blob = 0
}

interface Who {
  at: number
  rule: Rule
}

function backupStep(state: State, me: Backup, { at, rule }: Who): string | false {
  const { bug } = rule
  const order =
    bug === 'backup reads roots before lists'
      ? ['claim', 'roots', 'lists']
      : bug === 'backup claims after it read the lists'
        ? ['lists', 'claim', 'roots']
        : ['claim', 'lists', 'roots']
  const doing = [...order, 'blob', 'upload', 'commit'][me.pc]
  if (!doing) return false
  if (doing === 'claim') state.claims[at] = bug !== 'backup writes no claim'
  if (doing === 'lists' && bug !== 'backup ignores lists') me.heeds = state.lists.map((list) => list.live)
  if (doing === 'roots') {
    const condemned = state.lists.some((list, g) => me.heeds[g] && list.root)
    me.known = state.old && (!condemned || bug === 'backup takes a condemned snapshot for its parent')
  }
  if (doing === 'blob' && !me.known) {
    if (state.lists.some((list, g) => me.heeds[g] && list.live && list.blob)) return false
    me.known = state.blob !== 0
  }
  if (doing === 'upload' && !me.known && state.blob === 0) state.blob = ++state.last
  if (doing === 'commit' && (state.roots[at] === '' || bug === 'backup commits over a tombstone'))
    state.roots[at] = 'root'
  me.pc++
  return doing
}

const prunePlan = ['plan', 'publish', 'look', 'revoke', 'again', 'root', 'check', 'delete', 'drop']
const heirPlan = ['take', 'look', 'revoke', 'again', 'check', 'delete', 'drop']

function planOf({ at, rule }: Who): string[] {
  if (rule.takeOver && at === rule.prunes - 1) return heirPlan
  if (rule.bug === 'prune revokes before it publishes')
    return ['plan', 'look', 'revoke', 'publish', 'again', 'root', 'check', 'delete', 'drop']
  if (rule.bug === 'prune deletes blobs before roots')
    return ['plan', 'publish', 'look', 'revoke', 'again', 'check', 'delete', 'root', 'drop']
  if (rule.bug === 'prune drops the list before it deletes')
    return ['plan', 'publish', 'look', 'revoke', 'again', 'root', 'drop', 'check', 'delete']
  return prunePlan
}

function pruneStep(state: State, me: Prune, who: Who & { choice: number }): string | false {
  const { at, rule, choice } = who
  const plan = planOf(who)
  const isHeir = plan === heirPlan
  const doing = plan[me.pc]
  const list = state.lists[me.list]
  if (!doing || !list) return false
  if (!isHeir && rule.takeOver === 'dead' && list.owner !== at) return false
  const deletes = doing === 'delete' && list.blob && !me.known
  const lose = deletes && choice === 1 && !me.spare
  if (choice === 1 && !lose) return false
  const step = { state, me, list, at, rule, isHeir }
  if (lose) {
    state.flying.push(rule.versions ? me.version || absent : 0)
    me.spare = true
    return 'sends a delete whose answer is lost'
  }
  const jump = doSomething(doing, step)
  if (jump === false) return false
  me.pc = jump === true ? me.pc + 1 : jump
  return doing
}

interface Step extends Who {
  state: State
  me: Prune
  list: List
  isHeir: boolean
}

/** True: on to the next step; a number: to that one; false: cannot be done now. */
function doSomething(doing: string, step: Step): boolean | number {
  const { state, me, list, at, rule, isHeir } = step
  const end = 99
  const needed = () => (state.old && isHeir) || state.roots.includes('root')
  switch (doing) {
    case 'plan':
      me.version = state.blob
      if (needed() && !state.old) return end
      list.root = state.old
      list.blob = state.blob !== 0 && !needed()
      return true
    case 'publish':
      list.live = rule.bug !== 'prune publishes no list'
      return true
    case 'take': {
      me.list = 0
      const taken = state.lists[0]
      if (!taken?.live) return false
      taken.owner = at
      me.version = state.blob
      return true
    }
    default:
      return finish(doing, step, needed)
  }
}

function finish(doing: string, step: Step, needed: () => boolean): boolean | number {
  const { state, me, list, at, rule, isHeir } = step
  switch (doing) {
    case 'look':
      me.open = state.claims.map((claim, b) => claim && state.roots[b] === '')
      return true
    case 'revoke':
      revokeAll(step)
      return true
    case 'again': {
      const skips = isHeir ? 'heir does not read roots again' : 'prune does not read roots again'
      me.known = rule.bug === skips ? false : needed()
      return true
    }
    case 'root':
      if (list.root && list.owner === at) state.old = false
      return true
    case 'check':
      return list.owner === at && (list.live || rule.bug !== undefined) ? true : 99
    case 'delete':
      if (list.blob && !me.known) removeBlob(state, rule.versions ? me.version || absent : 0)
      return true
    default:
      list.live = list.owner === at ? false : list.live
      return true
  }
}

function revokeAll({ state, me, rule, isHeir }: Step): void {
  if (rule.bug === (isHeir ? 'heir does not revoke' : 'prune does not revoke')) return
  me.open.forEach((open, b) => {
    if (!open || state.roots[b] !== '') return
    if (rule.bug === 'prune forgets old claims instead of revoking') state.claims[b] = false
    else state.roots[b] = 'tombstone'
  })
}
