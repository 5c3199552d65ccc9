import { needText } from '../query-input.ts'
import type { QueryCall } from '../query-service.ts'
import type { Xml } from '../xml.ts'
import { detailsOf, findPolicy, iamOf, needRole, needUser, noSuchEntity } from './directory.ts'
import { encodeDocument } from './documents.ts'
import { iamList } from './page.ts'

interface Holder {
  inline: Readonly<Record<string, string>>
  attached: readonly string[]
}

/** To be read; nothing is written down by it. */
const holders: Record<'User' | 'Group' | 'Role', (call: QueryCall, name: string) => Holder> = {
  User: ({ account }, name) => needUser(account, name),
  Role: ({ account }, name) => detailsOf(account, needRole(account, name)),
  Group: ({ account }, name) => {
    const { groups } = iamOf(account)
    const found = Object.hasOwn(groups, name) ? groups[name] : undefined
    if (found) return found
    throw noSuchEntity(`The group with name ${name} cannot be found.`)
  },
}

/** GetUserPolicy and the like. */
export function getInlinePolicy(kind: keyof typeof holders): (call: QueryCall) => Xml {
  return (call) => {
    const holder = needText(call.input, `${kind}Name`)
    const { inline } = holders[kind](call, holder)
    const name = needText(call.input, 'PolicyName')
    const text = Object.hasOwn(inline, name) ? inline[name] : undefined
    if (text === undefined)
      throw noSuchEntity(`The ${kind.toLowerCase()} policy with name ${name} cannot be found.`)
    return { [`${kind}Name`]: holder, PolicyName: name, PolicyDocument: encodeDocument(text) }
  }
}

/** ListAttachedUserPolicies and the like. */
export function listAttachedPolicies(kind: keyof typeof holders): (call: QueryCall) => Xml {
  return (call) => {
    const holder = needText(call.input, `${kind}Name`)
    return iamList(call, [...holders[kind](call, holder).attached].sort(), {
      list: `ListAttached${kind}Policies ${holder}`,
      member: 'AttachedPolicies',
      keyOf: (arn) => arn,
      show: (arn) => ({ PolicyName: findPolicy(call.account, arn)?.name ?? '', PolicyArn: arn }),
    })
  }
}
