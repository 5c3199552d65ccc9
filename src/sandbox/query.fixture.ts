import { expect } from 'vitest'
import type { Client, RawRequest } from './client.fixture.ts'
import { complaintsAboutXml, type Sdk } from './xml-schema.fixture.ts'

/** Calls operations of a Query service by hand, and holds every answer against the SDK's schemas. */
export function askerOf(client: Client, service: string, sdk: Sdk) {
  const answered = new Set<string>()
  const send = (operation: string, input: Record<string, string> = {}, more: Partial<RawRequest> = {}) =>
    client.send({
      method: 'POST',
      path: '/',
      body: new URLSearchParams({ Action: operation, ...input }).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      service,
      ...more,
    })
  /** The text of a good answer; of any other, its status and code. */
  const ask = async (operation: string, input: Record<string, string> = {}): Promise<string> => {
    const response = await send(operation, input)
    const text = await response.text()
    if (response.status !== 200) return `${response.status} ${/<Code>([^<]+)/.exec(text)?.[1]}`
    expect(complaintsAboutXml(sdk, operation, text)).toEqual([])
    answered.add(operation)
    return text
  }
  return { ask, send, answered }
}
