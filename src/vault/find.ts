import type { Clock } from '../core/clock.ts'
import { HoldfastError } from '../core/errors.ts'
import type { Log } from '../core/run.ts'
import { damaged } from './damage.ts'
import { compactTime, type SnapshotRoot } from './format.ts'
import { idIn, type ListedRoot, timeIn, warnOfTheFuture } from './future.ts'
import { newestOf, type Snapshots } from './snapshots.ts'

export interface FindOptions {
  /** Key or URL of the registry; needed when the vault holds several and the name does not tell. */
  registry?: string
  signal?: AbortSignal
  /** With these, snapshots that are dated in the future are passed over, and said. Their ids name them all the same. */
  clock?: Clock
  log?: Log
}

/**
 * The snapshot named by its id (or the start of it, at least 4 characters), by `latest`, or by a time (ISO 8601, a
 * date means its end): then the newest one that is not later.
 */
export async function findSnapshot(
  snapshots: Snapshots,
  wanted: string,
  options: FindOptions = {},
): Promise<SnapshotRoot> {
  const all = await snapshots.listed(undefined, options.signal)
  const listed = options.registry ? await ofRegistry(snapshots, all, options.registry) : all
  const keys = listed.map(({ key }) => key)
  if (options.registry && keys.length === 0 && all.length > 0)
    throw noneOf(
      options.registry,
      all.map(({ key }) => key),
    )
  const time = wanted === 'latest' ? '9' : timeOf(wanted)
  const byId = keys.filter((key) => idIn(key) === wanted)
  const named =
    byId.length > 0 || wanted.length < 4 ? byId : keys.filter((key) => idIn(key).startsWith(wanted))
  if (time === undefined) return one(snapshots, wanted, named)
  refuseSeveralRegistries(keys)
  const candidates = listed.filter(({ key }) => timeIn(key) <= time)
  const read = (key: string) => snapshots.read(key, options.signal)
  const { root, unreadable, future } = await newestOf(candidates, read, options.clock?.now())
  if (options.log) warnOfTheFuture(future, options.log)
  // To answer an older one instead would look like success.
  const [bad] = unreadable
  if (bad)
    throw damaged(
      bad.key,
      `${bad.reason} It would be the snapshot asked for; an older one can be named by its id.`,
    )
  if (!root) throw notFound(wanted, all.length)
  return root
}

async function one(snapshots: Snapshots, wanted: string, found: string[]): Promise<SnapshotRoot> {
  const [key] = found
  if (!key) throw notFound(wanted, 1)
  if (found.length > 1)
    throw ambiguous(`Several snapshots start with ${JSON.stringify(wanted)}.`, found.map(idIn))
  const root = await snapshots.read(key)
  if (root === 'revoked') throw notFound(wanted, 1)
  return root
}

const registryIn = (key: string): string => key.split('/')[1] ?? ''

/** `20260131T120000Z` for a date or time, comparable with what keys hold; undefined for anything else. */
function timeOf(text: string): string | undefined {
  if (!/^\d{4}-\d\d-\d\d(T.+)?$/.test(text)) return undefined
  const date = new Date(text.length === 10 ? `${text}T23:59:59Z` : text)
  return Number.isNaN(date.getTime()) ? undefined : compactTime(date.toISOString())
}

async function ofRegistry(snapshots: Snapshots, all: ListedRoot[], registry: string): Promise<ListedRoot[]> {
  const matching = new Set<string>()
  for (const key of new Set(all.map((each) => registryIn(each.key)))) {
    if (key === registry || (await snapshots.newest(key)).root?.registry.url === registry) matching.add(key)
  }
  return all.filter(({ key }) => matching.has(registryIn(key)))
}

function refuseSeveralRegistries(keys: string[]): void {
  const registries = [...new Set(keys.map(registryIn))]
  if (registries.length > 1) throw ambiguous('The vault holds snapshots of several registries.', registries)
}

function ambiguous(what: string, choices: string[]): HoldfastError {
  const next = `Name one of: ${choices.slice(0, 10).join(', ')}.`
  return new HoldfastError('usage', { what, next })
}

function noneOf(registry: string, all: string[]): HoldfastError {
  return new HoldfastError('snapshot-not-found', {
    what: `The vault has no snapshot of ${registry}.`,
    why: `It holds ${[...new Set(all.map(registryIn))].slice(0, 10).join(', ')}.`,
    next: 'Name one of these, or its URL as `holdfast snapshots` shows it.',
  })
}

function notFound(wanted: string, count: number): HoldfastError {
  return new HoldfastError('snapshot-not-found', {
    what: `The vault has no snapshot ${JSON.stringify(wanted)}.`,
    why:
      count === 0 ? 'It has no snapshots at all yet.' : 'No id, no start of an id and no time leads to one.',
    next: count === 0 ? 'Make one with `holdfast backup`.' : '`holdfast snapshots` lists them.',
  })
}
