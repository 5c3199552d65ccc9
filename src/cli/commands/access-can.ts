import type { CanAnswer } from '../../access/can.ts'
import type { Access } from '../../access/open-access.ts'
import { exit, HoldfastError } from '../../core/errors.ts'
import { accessTo, askedIn, inventoryOption, needWords, principalIn, registryArgument } from '../access.ts'
import { budgetOption } from '../budget.ts'
import { type CommandOptions, type CommandSpec, option } from '../command.ts'
import { widthOf } from '../io.ts'

export const accessCan: CommandSpec = {
  name: 'access can',
  summary:
    'Says whether one principal can do something to one repository, why, and the smallest change that would turn the answer. Changes nothing.',
  argument: {
    spelled: '<principal>',
    does: "an ARN, a user's or role's name, an account id, a service, or '*': any AWS account",
  },
  more: [
    { spelled: '<need>', does: needWords },
    { spelled: '<repository>', does: 'its name, such as shop/api' },
    registryArgument,
  ],
  options: [
    {
      flags: '--context <key=value>',
      does: 'what the request brings along; KEY= for none; may be repeated',
      many: true,
    },
    { flags: '--mfa', does: 'the caller has used a second factor' },
    { flags: '--no-mfa', does: 'the caller has not' },
    {
      flags: '--expect <answer>',
      does: 'exit 3 when the answer is another one',
      choices: ['allowed', 'denied'],
    },
    inventoryOption,
    budgetOption,
  ],
  examples: [
    { line: 'holdfast access can shop-deploy push shop/api', does: 'and what would turn the answer' },
    {
      line: 'holdfast access can alice push shop/api --no-mfa --context aws:SourceIp=203.0.113.9',
      does: 'what a request brings along',
    },
    { line: "holdfast access can '*' pull shop/api --expect denied", does: 'a test for CI' },
  ],
  exits: {
    [exit.findings]: 'the answer is not the one of --expect',
    [exit.partial]: 'a policy or the identities could not be read; it says which',
  },
  run: async (context, options, word = '', [need = '', name = '', registry]) => {
    const asked = askedIn(need, context)
    const given = contextOf(options)
    const { access, repository } = await accessTo(context, options, { registry, repository: name })
    const principal = await principalIn(access, word)
    const found = access.repositories.get(repository)
    if (!found) throw new HoldfastError('internal', { what: 'A repository was lost.', next: 'Report it.' })
    const { answerCan } = await import('../../access/can.ts')
    const mfa = mfaOf(options, principal.caller.kind)
    const report = document(
      access,
      answerCan(access, found, { principal, asked, context: { ...mfa, ...given } }),
    )
    const { canText } = await import('../../report/access-can-text.ts')
    await context.answer(report, () => canText(report, { width: widthOf(context.io) }))
    const expected = option.text(options, 'expect')
    if (expected !== undefined && report.decision !== expected) return exit.findings
    return report.missing.length > 0 ? exit.partial : exit.ok
  },
}

function document({ inventory }: Access, answer: CanAnswer) {
  const { url, simulated, account } = inventory.registry
  return {
    ...{ schema: 'holdfast.access-can/1' as const, registry: url, simulated, account },
    ...{ asOf: inventory.collectedAt, ...answer },
  }
}

/** Of a user without a second factor the request has no such key; of a role it says false (ecr-facts 6.2). */
function mfaOf(options: CommandOptions, kind: string): Record<string, string | null> {
  const mfa = options['mfa']
  if (typeof mfa !== 'boolean') return {}
  return { 'aws:MultiFactorAuthPresent': mfa ? 'true' : kind === 'user' ? null : 'false' }
}

/** A key that is given several times has several values. */
function contextOf(options: CommandOptions): Record<string, string[] | null> {
  const found = new Map<string, string[]>()
  for (const text of option.list(options, 'context') ?? []) {
    const at = text.indexOf('=')
    if (at < 1 || !/^[a-z0-9-]+:\S+$/i.test(text.slice(0, at))) throw noContext(text)
    const value = text.slice(at + 1)
    const key = text.slice(0, at)
    found.set(key, [...(found.get(key) ?? []), ...(value === '' ? [] : [value])])
  }
  return Object.fromEntries([...found].map(([key, values]) => [key, values.length > 0 ? values : null]))
}

function noContext(text: string): HoldfastError {
  return new HoldfastError('usage', {
    what: `Not a condition key with a value: ${JSON.stringify(text)}`,
    next: 'Such as: --context aws:SourceIp=203.0.113.9',
  })
}
