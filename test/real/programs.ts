import { describe, test } from 'vitest'
import { findProgram } from './find-program.ts'

/** Set by `.ci/run`: there, a program that is absent is a failure and not a reason to skip. */
const required = process.env['HOLDFAST_REQUIRE_REAL'] === '1'

/**
 * A group of tests that needs real programs. Where one is absent the group is skipped with its reason in the
 * title, so that nobody takes a green run for a proof that it isn't.
 */
export function describeWith(programs: string[], title: string, tests: () => void): void {
  const absent = programs.filter((name) => findProgram(name) === undefined)
  if (absent.length === 0) {
    describe(title, tests)
    return
  }
  const reason = `not installed: ${absent.join(', ')} (bash .ci/tools.sh installs it)`
  if (required) {
    test(title, () => {
      throw new Error(reason)
    })
    return
  }
  process.stderr.write(`Skipped: ${title}: ${reason}\n`)
  describe.skip(`${title}: ${reason}`, tests)
}

/** The path of a program that `describeWith` has asked for. */
export function program(name: string): string {
  const path = findProgram(name)
  if (path === undefined) throw new Error(`${name} is not installed`)
  return path
}
