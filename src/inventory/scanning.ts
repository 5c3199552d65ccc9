import type { EcrControl } from '../ecr/control.ts'
import type { RepositoryScanning } from '../ecr/scanning.ts'
import { answer, missing } from './answer.ts'
import type { RepositoryInventory } from './inventory.ts'

type EffectiveScanning = RepositoryInventory['effectiveScanning']

const needs = 'ecr:BatchGetRepositoryScanningConfiguration'
const perCall = 25

/**
 * The scanning in force for each repository, 25 to a request. One repository that may not be read must not hide 24
 * others: a batch that fails is asked again name by name, until a whole batch turns out to be refused that way.
 */
export async function collectScanning(
  ecr: EcrControl,
  names: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, EffectiveScanning>> {
  const found = new Map<string, EffectiveScanning>()
  let hopeless = false
  for (let at = 0; at < names.length; at += perCall) {
    const batch = names.slice(at, at + perCall)
    await askInto(found, ecr, { batch, signal })
    if (hopeless || batch.length === 1 || answered(found, batch)) continue
    for (const name of batch) await askInto(found, ecr, { batch: [name], signal })
    hopeless = !batch.some((name) => answered(found, [name]))
  }
  return found
}

function answered(found: Map<string, EffectiveScanning>, names: readonly string[]): boolean {
  return names.some((name) => 'ok' in (found.get(name) ?? {}))
}

async function askInto(
  found: Map<string, EffectiveScanning>,
  ecr: EcrControl,
  { batch, signal }: { batch: readonly string[]; signal: AbortSignal },
): Promise<void> {
  const collect = async () => {
    const all: RepositoryScanning[] = []
    for await (const one of ecr.batchGetRepositoryScanningConfiguration(batch, signal)) all.push(one)
    return all
  }
  const answers = await answer(needs, collect())
  if ('error' in answers) for (const name of batch) found.set(name, answers)
  else for (const one of answers.ok) found.set(one.repository, toAnswer(one))
}

function toAnswer(one: RepositoryScanning): EffectiveScanning {
  if ('code' in one) return missing(one.code, one.reason, needs)
  return { ok: { frequency: one.frequency, filters: one.filters } }
}
