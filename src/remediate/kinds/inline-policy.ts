import type { Call, Json } from '../call.ts'
import type { Door } from '../door.ts'
import type { CloudFormationResource, Kind, Target } from '../kind.ts'
import type { Place } from '../place.ts'
import { accessLines } from './access-lines.ts'
import { type Holder, holderIn, iamWords, noSuchEntity } from './holder.ts'
import { policyLines, sameText } from './policy-text.ts'

/** A policy of one user, role or group alone; the resource is the holder and its name, `user/alice/push-images`. */
export const inlinePolicy: Kind<string> = {
  name: 'inline-policy',
  title: 'inline policy',
  reads: (target, place) => {
    const { holder } = policyIn(target, place)
    return [{ action: `iam:Get${iamWords[holder.type]}Policy`, resource: holder.arn }]
  },
  read: async (door, target) => {
    const text = await documentOf(door, target)
    // IAM answers it in the form of URLs.
    return { state: text === undefined ? null : decodeURIComponent(text) }
  },
  calls: ({ to, from, place, ...target }) => {
    if (to === null) return from === null ? [] : [call('Delete', target, place)]
    return [call('Put', target, place, to)]
  },
  risk: () => 'visible',
  isSame: sameText,
  lines: policyLines,
  access: ({ to, place, ...target }, inventory) => {
    const { holder, name } = policyIn(target, place)
    return accessLines(inventory, { identityPolicy: { principal: holder.arn, name, document: to } })
  },
  cloudformation: (target, text, place) => template(policyIn(target, place), text),
  terraform: (target, text, place) => {
    const { holder, name } = policyIn(target, place)
    return {
      type: `aws_iam_${holder.type}_policy`,
      arguments: { [holder.type]: holder.name, name, policy: text },
      importId: `${holder.name}:${name}`,
    }
  },
}

interface Named {
  holder: Holder
  name: string
}

function policyIn({ resource }: Target, place: Place): Named {
  const end = resource.lastIndexOf('/')
  return { holder: holderIn(resource.slice(0, end), place), name: resource.slice(end + 1) }
}

async function documentOf(door: Door, target: Target): Promise<string | undefined> {
  const { holder, name: PolicyName } = policyIn(target, door.place)
  const { type, name, arn: resource } = holder
  const { region } = target
  const asked = { region, resource, absent: noSuchEntity }
  if (type === 'role') {
    const found = await door.find('iam', 'GetRolePolicy', { input: { RoleName: name, PolicyName }, ...asked })
    return found?.PolicyDocument
  }
  if (type === 'group') {
    const found = await door.find('iam', 'GetGroupPolicy', {
      input: { GroupName: name, PolicyName },
      ...asked,
    })
    return found?.PolicyDocument
  }
  const found = await door.find('iam', 'GetUserPolicy', { input: { UserName: name, PolicyName }, ...asked })
  return found?.PolicyDocument
}

function call(verb: 'Put' | 'Delete', target: Target, place: Place, text?: string): Call {
  const { holder, name } = policyIn(target, place)
  const word = iamWords[holder.type]
  const operation = `${verb}${word}Policy`
  const input: { [key: string]: Json } = {
    [`${word}Name`]: holder.name,
    PolicyName: name,
    ...(text !== undefined && { PolicyDocument: text }),
  }
  return { service: 'iam', operation, input, needs: [{ action: `iam:${operation}`, resource: holder.arn }] }
}

function template({ holder, name }: Named, text: string): CloudFormationResource {
  const word = iamWords[holder.type]
  const named = { [`${word}Name`]: holder.name, PolicyName: name }
  return {
    type: `AWS::IAM::${word}Policy`,
    properties: { ...named, PolicyDocument: JSON.parse(text) },
    identifier: named,
  }
}
