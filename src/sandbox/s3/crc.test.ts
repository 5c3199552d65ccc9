import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type ChecksumName,
  checksumNames,
  checksumOfParts,
  isChecksumValue,
  startChecksum,
} from './checksum.ts'

function checksum(name: ChecksumName, ...pieces: Uint8Array[]): string {
  const running = startChecksum(name)
  for (const piece of pieces) running.update(piece)
  return running.digest().toString('hex')
}

/** The check values of the catalogues of CRCs: of the text `123456789`. */
test.each<[ChecksumName, string]>([
  ['crc32', 'cbf43926'],
  ['crc32c', 'e3069283'],
  ['crc64nvme', 'ae8b14860a799888'],
  ['sha1', 'f7c3bc1d808e04732adf679965ccc34ca7ae3441'],
  ['sha256', '15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225'],
])('%s of 123456789 is %s', (name, value) => {
  expect(checksum(name, Buffer.from('123456789'))).toBe(value)
})

test('it does not matter in which pieces the bytes come', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...checksumNames),
      fc.uint8Array({ maxLength: 200 }),
      fc.nat(200),
      (name, data, cut) => {
        expect(checksum(name, data.subarray(0, cut), data.subarray(cut))).toBe(checksum(name, data))
      },
    ),
  )
})

/** The definition, one bit at a time. */
function slow(data: Uint8Array, polynomial: bigint, bits: bigint): string {
  const all = (1n << bits) - 1n
  let crc = all
  for (const byte of data) {
    crc ^= BigInt(byte)
    for (let bit = 0; bit < 8; bit++) crc = crc & 1n ? (crc >> 1n) ^ polynomial : crc >> 1n
  }
  return (crc ^ all).toString(16).padStart(Number(bits) / 4, '0')
}

test('the fast CRCs are the CRCs by definition', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (data) => {
      expect(checksum('crc32c', data)).toBe(slow(data, 0x82f63b78n, 32n))
      expect(checksum('crc64nvme', data)).toBe(slow(data, 0x9a6c9329ac4bc9b5n, 64n))
    }),
  )
})

test('values have the right length and are base64', () => {
  expect(isChecksumValue('crc32', 'AAAAAA==')).toBe(true)
  expect(isChecksumValue('crc32', 'AAAAAAAA')).toBe(false)
  expect(isChecksumValue('crc32', '!!!!!!==')).toBe(false)
})

test('a composite checksum says of how many parts', () => {
  expect(checksumOfParts('crc32', ['AAAAAA==', 'AAAAAA=='])).toMatch(/^[^-]+-2$/)
})
