import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { BlobStore } from '../blobs.ts'
import { AwsError, type Caller } from '../http.ts'
import { seedDemo } from '../seed/index.ts'
import type { World } from '../world.ts'
import { performNeighbour } from './perform.ts'
import { complaintsAbout, errorsOf } from './schema.fixture.ts'
import { neighbours } from './services.ts'

export const main = '111122223333'
export const home = 'eu-west-1'

/** Errors that any operation may answer; AWS lists them apart from those of the operation. */
const common = [
  'AccessDeniedException',
  'InvalidNextToken',
  'InvalidNextTokenException',
  'InvalidParameterValueException',
  'NotImplementedInSandbox',
  'SerializationException',
  'ValidationException',
]

/** Which operations have answered, over a whole test file. */
/** Those that change something are tried in a world of their own. */
export const isChange = (operation: string) => !/^(Describe|Get|List|Lookup)/.test(operation)
/** Those that make something or take it back are tried together in undo.test.ts. */
export const isUndo = (operation: string) => /^(Create|Delete|Disable|Remove|Stop|Test|Untag)/.test(operation)

export const answered = new Set<string>()

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers freely; the schema check is the type check
export type Answer = any
export type Ask = (operation: string, input?: Record<string, unknown>) => Answer

/** Calls operations of one service, and holds whatever comes back against the SDK: answers and errors alike. */
export function askOf(world: World, name: string, { account = main, region = home } = {}): Ask {
  const service = neighbours.find((each) => each.name === name)!
  const arn = `arn:aws:iam::${account}:user/tester`
  const caller: Caller = { account, region, arn, userId: 'AIDA', accessKeyId: 'AKIA' }
  return (operation, input = {}) => {
    try {
      const answer = performNeighbour(world, caller, { service, operation, input })
      const wire: unknown = JSON.parse(JSON.stringify(answer))
      expect(complaintsAbout(name, operation, wire)).toEqual([])
      answered.add(`${name} ${operation}`)
      return wire
    } catch (error) {
      if (error instanceof AwsError) expect([...errorsOf(name, operation), ...common]).toContain(error.code)
      throw error
    }
  }
}

/** The name of the error that a call ends with. */
export function codeOf(call: () => unknown): string {
  try {
    call()
    return 'success'
  } catch (error) {
    if (error instanceof AwsError) return error.code
    throw error
  }
}

/** Every page of a list, by two names of the token. */
export function pagesOf(ask: (token?: string) => Answer, member: string, token: string): Answer[] {
  const pages: Answer[] = []
  let next: string | undefined
  do {
    const page = ask(next)
    pages.push(page[member])
    next = page[token]
  } while (next !== undefined)
  return pages
}

export const start = Date.parse('2026-03-01T00:00:00Z')

/** The demo world, whose clock stands still. */
export async function demoWorld(seed = seedDemo): Promise<{ world: World; dispose(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-neighbours-'))
  const blobs = new BlobStore(folder)
  const state = { accounts: {}, registries: {}, buckets: {} }
  const world: World = { state, blobs, now: () => start, endpoints: { aws: '', registry: '' } }
  await seed(world)
  return { world, dispose: () => rm(folder, { recursive: true, force: true }) }
}
