import type { Fix } from '../fix.ts'
import { encryptWithOwnKey } from './own-key.ts'

export const kmsKeyAllowed: Fix = { control: 'kms-key-allowed', propose: encryptWithOwnKey }
