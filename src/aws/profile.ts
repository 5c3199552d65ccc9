import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** What a profile of the shared AWS files says beside credentials, which the SDK reads by itself. */
export interface Profile {
  name: string
  region?: string
  /** `endpoint_url` of the profile. */
  endpoint?: string
  /** By service id, from the `services` section that the profile names. */
  serviceEndpoints: Record<string, string>
  ignoreEndpoints: boolean
  /** False when the files have no such profile. */
  exists: boolean
  /** All profiles of the files. */
  known: string[]
}

/**
 * The SDK reads `endpoint_url` of the ambient profile only, not of one that was named by flag; both are read
 * here, so that one place decides which host is contacted (law 8).
 */
export async function readProfile(wanted: string | undefined, env: NodeJS.ProcessEnv): Promise<Profile> {
  const name = wanted ?? env['AWS_PROFILE'] ?? 'default'
  const folder = join(homedir(), '.aws')
  const config = parseSections(await readIfThere(env['AWS_CONFIG_FILE'] ?? join(folder, 'config')))
  const credentials = parseSections(
    await readIfThere(env['AWS_SHARED_CREDENTIALS_FILE'] ?? join(folder, 'credentials')),
  )
  const own = {
    ...credentials.get(name),
    ...(name === 'default' ? config.get('default') : undefined),
    ...config.get(`profile ${name}`),
  }
  const known = [...new Set([...credentials.keys(), ...profilesIn(config.keys())])].sort()
  const services = own['services'] ? (config.get(`services ${own['services']}`) ?? {}) : {}
  return {
    name,
    ...(own['region'] && { region: own['region'] }),
    ...(own['endpoint_url'] && { endpoint: own['endpoint_url'] }),
    serviceEndpoints: Object.fromEntries(
      Object.entries(services)
        .filter(([key]) => key.endsWith('.endpoint_url'))
        .map(([key, url]) => [key.slice(0, -'.endpoint_url'.length), url]),
    ),
    ignoreEndpoints: own['ignore_configured_endpoint_urls'] === 'true',
    exists: known.includes(name),
    known,
  }
}

function profilesIn(sections: Iterable<string>): string[] {
  return [...sections].flatMap((name) => {
    if (name === 'default') return [name]
    return name.startsWith('profile ') ? [name.slice('profile '.length)] : []
  })
}

async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    // No such file, or one that we may not read, is the same as an empty one: the SDK does likewise.
    if (error instanceof Error && 'code' in error) return ''
    throw error
  }
}

/** `[section]`, `key = value`, and indented `key = value` below a `key =` line, kept as `outer.inner`. */
export function parseSections(text: string): Map<string, Record<string, string>> {
  const sections = new Map<string, Record<string, string>>()
  let section: Record<string, string> | undefined
  let outer = ''
  for (const line of text.split(/\r?\n/)) {
    const header = /^\s*\[\s*([^\]]+?)\s*\]/.exec(line)?.[1]
    if (header) {
      const name = header.replace(/\s+/g, ' ').replace(/"/g, '')
      section = sections.get(name) ?? Object.create(null)
      sections.set(name, section ?? {})
      continue
    }
    const pair = /^(\s*)([^#;=\s][^=]*?)\s*=\s*(.*?)\s*$/.exec(line)
    if (!pair || !section) continue
    const [, indent = '', key = '', value = ''] = pair
    if (!indent) outer = key
    section[indent ? `${outer}.${key}` : key] = value
  }
  return sections
}
