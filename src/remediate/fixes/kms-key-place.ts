import type { Fix } from '../fix.ts'
import { encryptWithOwnKey } from './own-key.ts'

export const kmsKeyPlace: Fix = { control: 'kms-key-place', propose: encryptWithOwnKey }
