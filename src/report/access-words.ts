import type { WhoCanReport } from '../access/who-can.ts'
import { paragraph } from './text.ts'

type Kind = WhoCanReport['allowed'][number]['kind']

/** Whom a row is about. */
export const kindWords: Record<Kind, string> = {
  public: 'anybody',
  organization: 'organization',
  account: 'other account',
  'foreign-principal': 'other user or role',
  service: 'service',
  federated: 'provider',
  dangling: 'deleted',
  root: 'root user',
  user: 'user',
  role: 'role',
}

/** Those of the own account by their last part: `role/ci/deploy`. */
export function shortName(name: string, account: string): string {
  const [, , service, , owner, ...resource] = name.split(':')
  return (service === 'iam' || service === 'sts') && owner === account ? resource.join(':') : name
}

/** What the answers do not say, under each of them. */
export function notSaidText(
  { missing, notConsidered }: Pick<WhoCanReport, 'missing' | 'notConsidered'>,
  width: number,
): string {
  const lines = [`Not considered: ${notConsidered.join(', ')}.`]
  if (missing.length > 0) lines.unshift(`MISSING, so that the answer may be another: ${missing.join(', ')}.`)
  return lines.map((line) => paragraph(line, { width })).join('\n')
}
