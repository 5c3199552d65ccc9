import type { Need } from '../decide.ts'
import type { Asked, Needs } from './asked.ts'
import { ecrNeeds } from './ecr.ts'
import { iamNeeds } from './iam.ts'
import { kmsNeeds } from './kms.ts'
import { lambdaNeeds } from './lambda.ts'
import { neighbourNeeds } from './neighbours.ts'
import { snsNeeds } from './sns.ts'
import { stsNeeds } from './sts.ts'

const services: Record<string, Needs> = {
  ecr: ecrNeeds,
  iam: iamNeeds,
  kms: kmsNeeds,
  lambda: lambdaNeeds,
  sns: snsNeeds,
  sts: stsNeeds,
}

/** The permissions that a call needs, the most telling first. S3 and the registry know their own. */
export function needsOf(service: string, asked: Asked): Need[] {
  const own = Object.hasOwn(services, service) ? services[service] : undefined
  return own ? own(asked) : neighbourNeeds(service, asked)
}
