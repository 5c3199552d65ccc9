import { parseArn } from '../core/arn.ts'

/**
 * Whether the value of a condition really picks somebody out. `prefix` is the part before the first wildcard, or the
 * whole value where the operator knows no wildcards.
 */
export type FirmValue = (value: string, prefix: string) => boolean

export const isOrganization: FirmValue = (_value, prefix) => /^o-[a-z0-9]{8,32}/.test(prefix)
export const isOrganizationPath: FirmValue = (_value, prefix) => /^o-[a-z0-9]{8,32}\//.test(prefix)
export const isAccount: FirmValue = (value, prefix) => prefix === value
export const isNetwork: FirmValue = (_value, prefix) => /^vpce?-[0-9a-zA-Z]{8,}/.test(prefix)
/** A user id begins with the unique id of a user or role, or is an account. */
export const isUserId: FirmValue = (value, prefix) => prefix.length >= 12 || prefix === value

/** An ARN of a known account, whatever comes behind; or, as for S3, of no account and a resource that is named. */
export const isFirmArn: FirmValue = (value, prefix) => {
  const arn = parseArn(value)
  if (!arn) return prefix === value
  if (arn.account !== '') return /^\d{12}$/.test(arn.account)
  return prefix === value || (parseArn(prefix)?.resource.length ?? 0) >= 3
}

/** No wider than /8 (IPv6: /16): two halves of the internet are written as two /1. */
export const isAddressRange: FirmValue = (value) => {
  const [address = '', bits] = value.split('/')
  const isV6 = address.includes(':')
  if (bits === undefined) return true
  return Number(bits) >= (isV6 ? 16 : 8)
}
