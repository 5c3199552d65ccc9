import type { Fix } from '../fix.ts'
import { encryptWithOwnKey } from './own-key.ts'

export const kmsEncryption: Fix = { control: 'kms-encryption', propose: encryptWithOwnKey }
