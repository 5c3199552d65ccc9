import { AwsError } from '../http.ts'
import type { NeighbourCall } from './service.ts'

/**
 * Readers of request members. A member that is null counts as absent, as in AWS; a wrong JSON type is a
 * SerializationException, a broken rule the service's own error.
 */
export function readText(call: NeighbourCall, name: string, oneOf?: readonly string[]): string | undefined {
  const value = call.input[name]
  if (value == null) return undefined
  if (typeof value !== 'string') throw wrongType(name, 'string')
  if (oneOf && !oneOf.includes(value)) {
    throw invalid(call, name, `must satisfy enum value set: [${oneOf.join(', ')}]`)
  }
  return value
}

export function needText(call: NeighbourCall, name: string): string {
  const value = readText(call, name)
  if (value === undefined || value === '') throw invalid(call, name, 'must not be null')
  return value
}

export function readFlag(call: NeighbourCall, name: string): boolean | undefined {
  const value = call.input[name]
  if (value == null) return undefined
  if (typeof value === 'boolean') return value
  throw wrongType(name, 'boolean')
}

export function readInteger(
  call: NeighbourCall,
  name: string,
  { min, max }: { min: number; max: number },
): number | undefined {
  const value = call.input[name]
  if (value == null) return undefined
  if (typeof value !== 'number' || !Number.isInteger(value)) throw wrongType(name, 'integer')
  if (value < min) throw invalid(call, name, `must have value greater than or equal to ${min}`)
  if (value > max) throw invalid(call, name, `must have value less than or equal to ${max}`)
  return value
}

export function needInteger(call: NeighbourCall, name: string, range: { min: number; max: number }): number {
  const value = readInteger(call, name, range)
  if (value === undefined) throw invalid(call, name, 'must not be null')
  return value
}

/** A time, in milliseconds; on the wire it is in seconds. */
export function needTime(call: NeighbourCall, name: string): number {
  const value = call.input[name]
  if (value == null) throw invalid(call, name, 'must not be null')
  if (typeof value !== 'number' || !Number.isFinite(value)) throw wrongType(name, 'number of seconds')
  return value * 1000
}

export function readTexts(call: NeighbourCall, name: string, most: number): string[] | undefined {
  const value = readList(call, name, most)
  if (value?.some((each) => typeof each !== 'string')) throw wrongType(name, 'list of strings')
  return value as string[] | undefined
}

export function needTexts(call: NeighbourCall, name: string, most: number): string[] {
  const value = readTexts(call, name, most)
  if (value === undefined || value.length === 0) throw invalid(call, name, 'must have at least one member')
  return value
}

export function readList(call: NeighbourCall, name: string, most: number): unknown[] | undefined {
  const value = call.input[name]
  if (value == null) return undefined
  if (!Array.isArray(value)) throw wrongType(name, 'list')
  if (value.length > most) throw invalid(call, name, `must have length less than or equal to ${most}`)
  return value
}

/** A broken rule, in the words that AWS's own validation uses. */
export function invalid({ service }: NeighbourCall, name: string, rule: string): AwsError {
  return new AwsError(service.errors.input, `1 validation error detected: Value at '${name}' ${rule}`)
}

export function wrongType(name: string, wanted: string): AwsError {
  return new AwsError('SerializationException', `The member '${name}' must be a JSON ${wanted}.`)
}

/** Harder to please than a fake answer: what is not understood here is refused by name. */
export function refuse({ service, operation, input }: NeighbourCall, ...names: string[]): void {
  const [name] = names.filter((each) => input[each] != null)
  if (name === undefined) return
  const text = `${service.name}: ${operation} with ${name} is not simulated.`
  throw new AwsError('NotImplementedInSandbox', text, { status: 501 })
}
