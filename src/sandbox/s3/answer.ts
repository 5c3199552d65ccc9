import type { SandboxResponse } from '../http.ts'
import { toXml, type Xml, xmlDeclaration } from '../xml.ts'

const namespace = 'http://s3.amazonaws.com/doc/2006-03-01/'

export function xmlAnswer(root: string, content: Xml, headers: Record<string, string> = {}): SandboxResponse {
  return {
    status: 200,
    headers: { 'content-type': 'application/xml', ...headers },
    body: `${xmlDeclaration}${toXml(root, content, namespace)}`,
  }
}

export function isoTime(time: number): string {
  return new Date(time).toISOString()
}

/** The owner of everything in a bucket: a canonical user id, made up from the account. */
export function ownerOf(account: string): { ID: string; DisplayName: string } {
  return { ID: account.padStart(64, '0'), DisplayName: account }
}
