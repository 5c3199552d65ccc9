import { parseArn } from '../../../core/arn.ts'
import type { Need } from '../decide.ts'
import { type Asked, arnIn, textIn } from './asked.ts'
import { tagAdditions } from './tags.ts'

/** On no key. */
const ofTheAccount = ['ListAliases', 'ListKeys', 'CreateKey', 'DescribeCustomKeyStores']

/** Keys are asked for by an id, an ARN or an alias; policies know them by their ARN alone. */
export function kmsNeeds(asked: Asked): Need[] {
  const { operation, input } = asked
  const action = `kms:${operation}`
  const additions = tagAdditions(asked)
  if (ofTheAccount.includes(operation)) return [{ action, resource: '*', additions }]
  const key = keyArn(asked, textIn(input, 'KeyId', 'TargetKeyId') ?? '*')
  const alias = textIn(input, 'AliasName')
  const needs = [{ action, resource: key, additions }]
  if (!operation.endsWith('Alias') || alias === undefined) return needs
  // An alias is changed by somebody who may do it to the alias and to the key.
  return [...(textIn(input, 'TargetKeyId') ? needs : []), { action, resource: arnIn(asked, 'kms', alias) }]
}

function keyArn(asked: Asked, given: string): string {
  const { world, caller } = asked
  const arn = parseArn(given)
  const name = arn ? arn.resource.replace(/^key\//, '') : given
  if (arn && !name.startsWith('alias/')) return given
  const keys = Object.values(world.state.accounts[arn?.account ?? caller.account]?.kmsKeys ?? {})
  const here = keys.filter(({ region }) => region === caller.region)
  const found = here.find((key) => key.keyId === name || key.aliases.includes(name))
  return found?.arn ?? arnIn(asked, 'kms', `key/${name}`)
}
