import { permissions } from '../../aws/permissions.ts'
import type { PolicyAsk } from './ask.ts'

export const account = '111122223333'
export const partner = '444455556666'
export const org = 'o-abcdefghij'

export const ask = (changes: Partial<PolicyAsk> = {}): PolicyAsk => ({
  ...{ kind: 'pull', permissions, attachTo: 'identity', repositories: ['shop/*'] },
  place: { partition: 'aws', account, region: 'eu-west-1' },
  ...{ vpc: [], vpce: [], sourceIp: [], requireMfa: false, org: undefined, principals: [] },
  ...changes,
})
