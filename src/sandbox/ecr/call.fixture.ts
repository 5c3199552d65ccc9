import { expect } from 'vitest'
import { AwsError } from '../http.ts'
import { ecrOperations } from './operations.ts'
import { complaintsAbout, errorMembers, errorsOf } from './schema.fixture.ts'
import type { WorldFixture } from './world.fixture.ts'

/** Errors that any operation may answer (ecr-facts 1.1), and the assumption of download-url.ts. */
const common = ['AccessDeniedException', 'InvalidParameterException', 'SerializationException']
const assumed: Record<string, string[]> = { GetDownloadUrlForLayer: ['KmsException'] }

/** Which operations have answered, over a whole test file. */
export const answered = new Set<string>()

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers freely; the schema check is the type check
export type Answer = any

/** Calls an operation, and holds whatever comes back against the SDK: the answer and the error alike. */
export async function call(
  fixture: WorldFixture,
  operation: string,
  input: Record<string, unknown> = {},
): Promise<Answer> {
  const { world, caller, registry } = fixture
  try {
    const answer = await ecrOperations[operation]?.({ world, caller, registry, input })
    const wire: unknown = JSON.parse(JSON.stringify(answer))
    expect(complaintsAbout(operation, wire)).toEqual([])
    answered.add(operation)
    return wire
  } catch (error) {
    if (error instanceof AwsError) checkError(operation, error)
    throw error
  }
}

function checkError(operation: string, error: AwsError): void {
  expect([...errorsOf(operation), ...common, ...(assumed[operation] ?? [])]).toContain(error.code)
  expect(errorMembers(error.code)).toEqual(expect.arrayContaining(Object.keys(error.extra)))
  expect(error.message).not.toBe('')
}

/** The name of the error that a call ends with. */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
  return (await errorOf(promise)).code
}

export async function errorOf(promise: Promise<unknown>): Promise<AwsError> {
  const error = await promise.then(
    (answer) => expect.fail(`answered ${JSON.stringify(answer)}`),
    (reason: unknown) => reason,
  )
  if (error instanceof AwsError) return error
  throw error
}
