import { assumeRoleNeed } from '../../sts/trust-policy.ts'
import type { Need } from '../decide.ts'
import { type Asked, textIn } from './asked.ts'

/** Who one is may always be asked. A role is assumed by whom it trusts. */
export function stsNeeds({ world, operation, input }: Asked): Need[] {
  const roleArn = textIn(input, 'RoleArn') ?? '*'
  const sessionName = textIn(input, 'RoleSessionName')
  const externalId = textIn(input, 'ExternalId')
  if (operation === 'AssumeRole')
    return [
      assumeRoleNeed(world, {
        roleArn,
        ...(sessionName !== undefined && { sessionName }),
        ...(externalId !== undefined && { externalId }),
      }),
    ]
  return operation === 'GetCallerIdentity' ? [] : [{ action: `sts:${operation}`, resource: roleArn }]
}
