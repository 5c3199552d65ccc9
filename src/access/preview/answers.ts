import { type Decision, decide, isSameAccount } from '../decide.ts'
import { evaluate } from '../evaluate.ts'
import type { AccessPolicies } from '../policies.ts'
import type { AccessRequest } from '../request.ts'
import type { CompiledStatement } from '../statement.ts'
import { yes } from '../truth.ts'
import { type PreparedRequest, weighAll } from '../weigh.ts'

/** An answer that many share: the same words are the same object. */
export interface SharedAnswer {
  id: number
  decision: Decision
  reason: string
  onlyIf: string[]
}

const mostKeys = 20_000

/**
 * Explanations are made once for all requests of which the same statements speak in the same way: everything that the
 * words are made of is in the key. Else a registry of a thousand people explains the same thing a million times.
 */
export class Answers {
  private readonly byKey = new Map<string, SharedAnswer>()
  private readonly byText = new Map<string, SharedAnswer>()
  private readonly numbers = new WeakMap<object, number>()
  private count = 0

  of(policies: AccessPolicies, prepared: PreparedRequest, request: AccessRequest): SharedAnswer {
    const key = this.keyOf(policies, prepared)
    const known = this.byKey.get(key)
    if (known) return known
    // Where no two policies are alike, keys are never asked for again, and fill the memory.
    if (this.byKey.size >= mostKeys) this.byKey.clear()
    const made = this.explained(policies, request)
    this.byKey.set(key, made)
    return made
  }

  private keyOf(policies: AccessPolicies, request: PreparedRequest): string {
    let key = ''
    const weights = weighAll(policies, request, (_, statement, truth) => {
      key += `${this.number(statement)}:${truth}${openIn(statement, request)},`
    })
    const { resource, ...others } = weights
    const { caller, action } = request
    const { direct, role, account } = resource
    const who = `${caller.caller.kind} ${caller.account} ${isSameAccount(request)}`
    const about = `${request.resource.account} ${action.registryWide} ${action.name === 'ecr:getauthorizationtoken'}`
    const weighed = `${Object.values(others).join('')}${direct}${role}${account}`
    return `${decide(weights, request)} ${who} ${about} ${weighed} ${this.unreadIn(policies)} ${key}`
  }

  /** Policies that are named in the words though none of their statements speaks. */
  private unreadIn({ identity, boundary, repository, registry }: AccessPolicies): string {
    const layers = [identity, boundary, repository, registry]
    const named = layers.map((layer) => {
      if (layer === undefined || typeof layer === 'string') return layer ?? ''
      const isNamed = layer === boundary || layer.policies.some(({ unreadable }) => unreadable !== undefined)
      return isNamed ? this.number(layer) : ''
    })
    return named.join('/')
  }

  private explained(policies: AccessPolicies, request: AccessRequest): SharedAnswer {
    const { decision, reason, onlyIf } = evaluate(policies, request)
    const text = JSON.stringify([decision, reason, onlyIf])
    const shared = this.byText.get(text) ?? { id: this.byText.size, decision, reason, onlyIf }
    this.byText.set(text, shared)
    return shared
  }

  private number(thing: object): number {
    const known = this.numbers.get(thing) ?? this.count++
    this.numbers.set(thing, known)
    return known
  }
}

function openIn({ conditions }: CompiledStatement, { context }: PreparedRequest): string {
  return conditions.map(({ test }) => (test(context) === yes ? '' : 'o')).join('.')
}
