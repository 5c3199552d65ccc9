import { allow, type Case, deny, role } from './case.fixture.ts'

const vpc = 'aws:SourceVpc'
const mfa = 'aws:MultiFactorAuthPresent'
const withDevice = [allow({ Condition: { Bool: { [mfa]: 'true' } } })]
const noDevice = [allow(), deny({ Condition: { Bool: { [mfa]: 'false' } } })]
const noDeviceOrKey = [allow(), deny({ Condition: { BoolIfExists: { [mfa]: 'false' } } })]
const guarded = [allow(), deny({ Condition: { StringNotEquals: { [vpc]: 'vpc-1' } } })]

/** The traps of conditions, as people write them (ecr-facts 6.2, security-peers 4.2). */
export const traps: Case[] = [
  {
    name: 'MFA demanded by an Allow: an access key has no such key',
    policies: { identity: withDevice },
    answer: 'denied',
  },
  {
    name: 'MFA demanded by an Allow: given',
    policies: { identity: withDevice },
    request: { context: { [mfa]: 'true' } },
    answer: 'allowed',
  },
  {
    name: 'MFA demanded if there: the hole for access keys',
    policies: { identity: [allow({ Condition: { BoolIfExists: { [mfa]: 'true' } } })] },
    answer: 'allowed',
  },
  {
    name: 'a Deny on MFA false lets access keys through',
    policies: { identity: noDevice },
    answer: 'allowed',
  },
  {
    name: 'a Deny on MFA false stops a session without',
    policies: { identity: noDevice },
    request: { context: { [mfa]: 'false' } },
    answer: 'denied',
    explicit: true,
  },
  {
    name: 'a Deny on MFA false if there stops access keys',
    policies: { identity: noDeviceOrKey },
    answer: 'denied',
    explicit: true,
  },
  {
    name: 'and every role of automation',
    policies: { identity: noDeviceOrKey },
    request: { caller: role },
    answer: 'denied',
    explicit: true,
  },
  {
    name: 'MFA, and nobody said',
    policies: { identity: noDeviceOrKey },
    request: { others: 'unknown' },
    answer: 'conditional',
    says: `${mfa} is there and is not false`,
  },
  {
    name: 'a network guard: from elsewhere',
    policies: { identity: guarded },
    answer: 'denied',
    explicit: true,
  },
  {
    name: 'a network guard: from inside',
    policies: { identity: guarded },
    request: { context: { [vpc]: 'vpc-1' } },
    answer: 'allowed',
  },
  {
    name: 'a network guard: nobody said from where',
    policies: { identity: guarded },
    request: { others: 'unknown' },
    answer: 'conditional',
    says: 'aws:SourceVpc is vpc-1 (else identity policy',
  },
  {
    name: 'two conditions: both must hold',
    policies: {
      identity: [allow({ Condition: { StringEquals: { [vpc]: 'vpc-1' }, Bool: { [mfa]: 'true' } } })],
    },
    request: { context: { [vpc]: 'vpc-1' } },
    answer: 'denied',
  },
  {
    name: 'one operator on two keys: both must hold',
    policies: {
      identity: [allow({ Condition: { StringEquals: { [vpc]: 'vpc-1', 'aws:SourceVpce': 'vpce-1' } } })],
    },
    request: { context: { [vpc]: 'vpc-1', 'aws:SourceVpce': 'vpce-1' } },
    answer: 'allowed',
  },
  {
    name: 'an unknown operator beside a condition that fails',
    policies: { identity: [allow({ Condition: { StringSounds: { [vpc]: 'x' }, Bool: { [mfa]: 'true' } } })] },
    answer: 'denied',
  },
  {
    name: 'an unknown operator in a Deny is no pass',
    policies: { identity: [allow(), deny({ Condition: { StringSounds: { [vpc]: 'x' } } })] },
    answer: 'conditional',
  },
]
