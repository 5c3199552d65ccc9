import type { Need } from '../decide.ts'
import { type Asked, arnIn, passRole, textIn } from './asked.ts'
import { tagAdditions } from './tags.ts'

const renamed: Record<string, string> = {
  Invoke: 'InvokeFunction',
}

export function lambdaNeeds(asked: Asked): Need[] {
  const { operation, input } = asked
  const name = textIn(input, 'FunctionName')
  const resource = name === undefined ? '*' : arnIn(asked, 'lambda', `function:${name}`)
  const action = `lambda:${renamed[operation] ?? operation}`
  const own = { action, resource, additions: tagAdditions(asked) }
  return [own, ...passRole(textIn(input, 'Role'), 'lambda.amazonaws.com')]
}
