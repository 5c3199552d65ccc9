import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Measurement, measure } from '../measure.ts'
import { holdfastRun } from '../tools.ts'
import type { Fleet } from './fleet.ts'

/** One command against the generated registry, and what it took. */
export interface Step<T> extends Pick<Measurement, 'seconds' | 'processorSeconds' | 'peakBytes'> {
  name: string
  /** The document that it answered with. */
  answer: T
  /** By operation, as the sandbox counted them. */
  served: Record<string, number>
}

export async function runStep<T>(
  fleet: Fleet,
  scratch: string,
  { name, args }: { name: string; args: string[] },
): Promise<Step<T>> {
  const file = join(scratch, 'answer.json')
  await fleet.requests()
  const nothing = async () => ({ requests: 0, contentRequests: 0, receivedBytes: 0 })
  const command = holdfastRun([...args, '--quiet', '--format', 'json'])
  const env = { ...command.env, ...fleet.env }
  const { seconds, processorSeconds, peakBytes } = await measure(
    [{ ...command, env, answer: file }],
    nothing,
    scratch,
  )
  const answer = JSON.parse(readFileSync(file, 'utf8')) as T
  return { name, seconds, processorSeconds, peakBytes, answer, served: await fleet.requests() }
}

export const total = (requests: Record<string, number>) =>
  Object.values(requests).reduce((sum, count) => sum + count, 0)
