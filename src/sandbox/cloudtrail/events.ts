import { createHash } from 'node:crypto'
import { parseArn } from '../../core/arn.ts'
import { AwsError, type Caller } from '../http.ts'
import type { Account, World } from '../world.ts'

/** One call as CloudTrail remembers it; shown as its documents are by `lookup-events.ts`. */
export interface SeenCall {
  /** Rises by one in each account and Region: the order of calls of the same moment. */
  number: number
  at: number
  /** `ecr.amazonaws.com`. */
  source: string
  name: string
  caller: Pick<Caller, 'arn' | 'userId' | 'accessKeyId'>
  parameters: Record<string, unknown> | null
  error?: { code: string; message: string }
}

/** What an account did in one Region, the oldest first. */
export interface SeenCalls {
  next: number
  calls: SeenCall[]
}

/** The oldest go: event history of a sandbox is for looking at, and its state is one file. */
const mostCalls = 1000

/** Too long for an event; CloudTrail has them, except the bytes of layers. */
const leftOut = ['imageManifest', 'layerPartBlob', 'policyText', 'lifecyclePolicyText']

type NewCall = Omit<SeenCall, 'number'>

export function rememberCall(account: Account, region: string, call: NewCall): void {
  account.cloudtrail ??= {}
  const state = (account.cloudtrail[region] ??= { trails: [] })
  const seen = (state.history ??= { next: 1, calls: [] })
  seen.calls.push({ number: seen.next++, ...call })
  if (seen.calls.length > mostCalls) seen.calls.splice(0, seen.calls.length - mostCalls)
}

interface Asked {
  world: World
  caller: Caller
  operation: string
  input: Record<string, unknown>
}

/**
 * Does what is asked and remembers the call, also one that is refused. Only ECR's calls are remembered, and of docker's
 * none. Assumption: an event can be found at once; with AWS it takes up to fifteen minutes.
 */
export async function recorded<T>(service: string, asked: Asked, perform: () => Promise<T>): Promise<T> {
  const { world, caller, operation, input } = asked
  const account = world.state.accounts[caller.account]
  if (service !== 'ecr' || !account) return await perform()
  const { arn, userId, accessKeyId } = caller
  const call: NewCall = {
    ...{ at: world.now(), source: 'ecr.amazonaws.com', name: operation },
    ...{ caller: { arn, userId, accessKeyId }, parameters: withoutLong(input) },
  }
  try {
    const answer = await perform()
    rememberCall(account, caller.region, call)
    return answer
  } catch (error) {
    if (error instanceof AwsError) rememberCall(account, caller.region, refused(call, error))
    throw error
  }
}

/** A call that was denied has no parameters (ecr-facts 5.2). */
function refused(call: NewCall, { code, message }: AwsError): NewCall {
  const error = { code: code === 'AccessDeniedException' ? 'AccessDenied' : code, message }
  return { ...call, error, ...(error.code === 'AccessDenied' && { parameters: null }) }
}

function withoutLong(input: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(input).filter(([name]) => !leftOut.includes(name)))
}

/** An id that is the same in every run. */
export function idOfCall(account: string, region: string, { number, name }: SeenCall): string {
  const hex = createHash('sha256').update(`${account} ${region} ${number} ${name}`).digest('hex')
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-')
}

/** As CloudTrail calls whoever called: of a session its name, not that of the role. */
export function userNameOf({ arn }: SeenCall['caller']): string {
  const resource = parseArn(arn)?.resource ?? ''
  return resource.slice(resource.lastIndexOf('/') + 1)
}

export function isReading({ name }: SeenCall): boolean {
  return /^(BatchCheck|BatchGet|Describe|Get|List|Validate)/.test(name)
}
