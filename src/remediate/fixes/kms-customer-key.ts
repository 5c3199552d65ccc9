import type { Fix } from '../fix.ts'
import { encryptWithOwnKey } from './own-key.ts'

export const kmsCustomerKey: Fix = { control: 'kms-customer-key', propose: encryptWithOwnKey }
