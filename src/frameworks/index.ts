import { cisEks } from './cis-eks.ts'
import type { Framework } from './framework.ts'
import { fsbp } from './fsbp.ts'
import { nist80053 } from './nist-800-53.ts'
import { nist800190 } from './nist-800-190.ts'

export const frameworks: readonly Framework[] = [fsbp, cisEks, nist80053, nist800190]

/** What a requirement is about; empty when the framework does not list it, which a test rules out. */
export function requirementTitle(framework: Framework['name'], id: string): string {
  const found = frameworks.find(({ name }) => name === framework)
  return found?.requirements.find((requirement) => requirement.id === id)?.title ?? ''
}
