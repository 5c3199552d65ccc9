import { AwsError, type Caller } from '../http.ts'
import type { World } from '../world.ts'
import { type Need, refusalOf, refusalText } from './decide.ts'
import type { Asked } from './needs/asked.ts'
import { needsOf } from './needs/index.ts'

/** How a protocol says that it is not allowed. */
export type Words = readonly [code: string, status: number]

export const jsonWords: Words = ['AccessDeniedException', 400]
export const restWords: Words = ['AccessDeniedException', 403]
export const xmlWords: Words = ['AccessDenied', 403]

/** Refuses the call when IAM is enforced and a permission is missing. Nothing has been done by then. */
export function requirePermission(service: string, asked: Asked, words: Words): void {
  if (!asked.world.enforceIam) return
  requireAll(asked.world, asked.caller, { needs: needsOf(service, asked), service, words })
}

/** The first that is missing is the one that the caller hears of. */
export function requireAll(
  world: World,
  caller: Caller,
  { needs, service, words }: { needs: readonly Need[]; service: string; words: Words },
): void {
  if (!world.enforceIam) return
  for (const need of needs) {
    const refusal = refusalOf(world, caller, need)
    if (refusal !== undefined) throw refused(refusalText(caller, need, refusal), { need, service, words })
  }
}

/** Assumption: what ECR was refused by KMS, in the caller's name, it tells as an error of KMS. */
function refused(
  text: string,
  { need, service, words: [code, status] }: { need: Need; service: string; words: Words },
): AwsError {
  if (service === 'ecr' && need.action.startsWith('kms:'))
    return new AwsError('KmsException', text, { extra: { kmsError: 'AccessDeniedException' } })
  const whole = service === 'ec2' ? `You are not authorized to perform this operation. ${text}` : text
  return new AwsError(code, whole, { status })
}
