import { allNeeds, isNeed } from '../access/ability-actions.ts'
import { actionNames } from '../access/actions.ts'
import type { Principal } from '../access/find-principal.ts'
import type { Access } from '../access/open-access.ts'
import { HoldfastError } from '../core/errors.ts'
import { selectNames } from '../core/select.ts'
import type { Inventory } from '../inventory/inventory.ts'
import type { ArgumentSpec, CommandOptions, OptionSpec } from './command.ts'
import { option } from './command.ts'
import type { CommandContext } from './context.ts'
import { identitiesFrom } from './identities.ts'
import { nearest } from './nearest.ts'

export const registryArgument: ArgumentSpec = {
  spelled: '[registry]',
  does: 'ecr://, ecr://REGION or ecr://ACCOUNT/REGION; default: ecr://',
}

export const inventoryOption: OptionSpec = {
  flags: '--inventory <file>',
  does: 'answer from a saved inventory instead of asking AWS',
}

export const needWords = 'pull, push, delete, configure, read-policy, or an action such as ecr:PutImage'

interface Place {
  registry: string | undefined
  repository: string
}

/** What decides about one repository, by its name, its ARN, or an image of it. */
export async function accessTo(
  context: CommandContext,
  options: CommandOptions,
  { registry, repository }: Place,
): Promise<{ access: Access; repository: string }> {
  const name = repositoryIn(repository)
  const { repositories: _, ...config } = context.config
  const choose = (names: readonly string[]) => [known(name, names)]
  const inventory = await identitiesFrom({ ...context, config }, options, { argument: registry, choose })
  requireRepositories(inventory)
  known(name, namesOf(inventory))
  const { openAccess } = await import('../access/open-access.ts')
  return { access: openAccess(inventory), repository: name }
}

/** What decides about the repositories that are asked for. */
export async function accessToAll(
  context: CommandContext,
  options: CommandOptions,
  registry: string | undefined,
): Promise<Access> {
  const globs = option.list(options, 'repository') ?? context.config.repositories
  const where = registry ?? 'the registry'
  const choose = (names: readonly string[]) => selectNames(globs, names, { where, log: context.run.log })
  const inventory = await identitiesFrom(context, options, { argument: registry, choose })
  requireRepositories(inventory)
  const { openAccess } = await import('../access/open-access.ts')
  return openAccess(inventory)
}

const namesOf = ({ repositories }: Inventory) =>
  'ok' in repositories ? repositories.ok.map(({ name }) => name) : []

/** Without a list of repositories no question about one can be answered. */
function requireRepositories({ repositories }: Inventory): void {
  if ('ok' in repositories) return
  const { code, message, needs } = repositories.error
  throw new HoldfastError('access-denied', {
    what: 'The repositories cannot be listed.',
    why: `${code}: ${message}`,
    next: `Needs ${needs}.`,
  })
}

/** `shop/api`, its ARN, or `111122223333.dkr.ecr.eu-west-1.amazonaws.com/shop/api:latest`. */
function repositoryIn(text: string): string {
  const path = text
    .replace(/^arn:[^:]*:ecr:[^:]*:\d*:repository\//, '')
    .replace(/^\d{12}\.dkr[.-]ecr[^/]*\//, '')
  return path.replace(/@.*$/, '').replace(/:[^/]*$/, '')
}

function known(name: string, names: readonly string[]): string {
  if (names.includes(name)) return name
  const close = nearest(name, names)
  const shown = names.slice(0, 5).join(', ')
  const rest = names.length > 5 ? ` and ${names.length - 5} more` : ''
  throw new HoldfastError('nothing-matches', {
    what: `There is no repository ${JSON.stringify(name)}.`,
    why: names.length > 0 ? `The registry has ${shown}${rest}.` : 'The registry has no repositories at all.',
    next: close ? `Did you mean ${close}?` : unknownNext(name),
  })
}

const unknownNext = (name: string) =>
  /[*?]/.test(name)
    ? 'Name one; of many at once, holdfast access matrix --repository GLOB tells.'
    : 'Check the spelling, the account and the Region.'

/** A need, or an action as AWS writes it; one that is newer than this program is compared as text. */
export function askedIn(text: string, context: CommandContext): string {
  const word = text.toLowerCase()
  if (isNeed(word)) return word
  const isFull = word.includes(':')
  const action = actionNames.find((name) => name.toLowerCase() === (isFull ? word : `ecr:${word}`))
  if (action) return action
  const wild = /[*?]/.test(word)
  if (isFull && !wild && /^[a-z0-9-]+:[a-z0-9]+$/.test(word)) {
    context.run.log.warn(`${text} is no action of ECR that is known here; it is compared as text.`)
    return text
  }
  throw unknownNeed(text, wild)
}

function unknownNeed(text: string, wild: boolean): HoldfastError {
  const close = nearest(text, allNeeds) ?? nearest(text, actionNames) ?? nearest(`ecr:${text}`, actionNames)
  return new HoldfastError('usage', {
    what: `Neither a need nor an action: ${JSON.stringify(text)}`,
    ...(wild && { why: 'A wildcard is many questions, and each has its own answer.' }),
    next: close ? `Did you mean ${close}?` : `Needs: ${needWords}.`,
  })
}

/** Names are remembered by a part: `deploy` for `shop-deploy`. */
function onlyWith(word: string, names: readonly string[]): string | undefined {
  const [only, ...more] = names.filter((name) => name.toLowerCase().includes(word.toLowerCase()))
  return more.length === 0 ? only : undefined
}

/** Whom a word means; near names where it means nobody. */
export async function principalIn(access: Access, word: string): Promise<Principal> {
  const { findPrincipal } = await import('../access/find-principal.ts')
  const found = findPrincipal(access, word)
  if (!('candidates' in found)) return found
  const close = nearest(word, found.candidates) ?? onlyWith(word, found.candidates)
  const next = found.several
    ? `Say which: ${found.candidates.join(' or ')}.`
    : close
      ? `Did you mean ${close}?`
      : `Give an ARN, user/NAME, role/NAME, an account id, a service, or '*' for any AWS account.`
  throw new HoldfastError('nothing-matches', { what: `${found.what}.`, next })
}
