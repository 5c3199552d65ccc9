import type { Answer, RegistryCall } from './registry-call.ts'

const most = 1000

/** The first 1000 names and no way to the rest, as users report it (ecr-facts 4.1): listing is the API's job. */
export function listCatalog({ registry }: RegistryCall): Answer {
  const repositories = Object.keys(registry.repositories).sort().slice(0, most)
  return {
    status: 200,
    headers: { 'content-type': 'text/plain; charset=utf-8' },
    body: JSON.stringify({ repositories }),
  }
}
