import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { findProgram } from '../test/real/find-program.ts'
import type { Command } from './measure.ts'
import type { SetPlan } from './sets.ts'

/** A program that copies a whole set into a fresh folder. */
export interface Tool {
  name: string
  version: string
  /** How it is called, for the reader of the figures. */
  how: string
  copy(host: string, set: SetPlan, folder: string): Command[]
}

/** The bench runs compiled, below .cache; the command measured is the built one. */
const holdfastCommand = join(import.meta.dirname, '../../../../dist/cli/bin.js')

const environment = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' }

export function holdfastRun(args: string[]): Command {
  return { program: process.execPath, args: [holdfastCommand, ...args], env: environment }
}

export function holdfast(): Tool {
  const version = execFileSync(process.execPath, [holdfastCommand, '--version'], { encoding: 'utf8' }).trim()
  return {
    name: 'holdfast',
    version: `${version} on Node ${process.version}`,
    how: 'holdfast backup oci://HOST --vault FOLDER',
    copy: (host, _set, folder) => [
      holdfastRun(['backup', `oci://${host}`, '--vault', join(folder, 'vault'), '--format', 'json']),
    ],
  }
}

/**
 * Each in the fastest way found that keeps every tag and stores a layer once where the tool can: one layout for
 * everything, or one layout a repository where tags would overwrite each other.
 */
const peers: Record<string, { how: string; version: string[]; copy: Tool['copy'] }> = {
  skopeo: {
    how: 'skopeo copy --all per tag into one oci: layout per repository, one shared blob folder',
    version: ['--version'],
    copy: (host, set, folder) =>
      set.images.map(({ repository, tag }) => ({
        program: 'skopeo',
        args: [
          'copy',
          '--quiet',
          '--all',
          '--src-tls-verify=false',
          '--dest-shared-blob-dir',
          join(folder, 'blobs'),
          `docker://${host}/${repository}:${tag}`,
          `oci:${join(folder, repository.replaceAll('/', '-'))}:${tag}`,
        ],
      })),
  },
  crane: {
    how: 'crane pull --format oci --annotate-ref of all tags in one command into one layout',
    version: ['version'],
    copy: (host, set, folder) => [
      {
        program: 'crane',
        args: [
          'pull',
          '--insecure',
          '--format',
          'oci',
          '--annotate-ref',
          ...set.images.map(({ repository, tag }) => `${host}/${repository}:${tag}`),
          join(folder, 'layout'),
        ],
      },
    ],
  },
  oras: {
    how: 'oras backup --concurrency 6 per repository into a layout each',
    version: ['version'],
    copy: (host, set, folder) =>
      [...new Set(set.images.map(({ repository }) => repository))].map((repository) => ({
        program: 'oras',
        args: [
          'backup',
          '--plain-http',
          '--no-tty',
          '--concurrency',
          '6',
          '--output',
          join(folder, repository.replaceAll('/', '-')),
          `${host}/${repository}`,
        ],
      })),
  },
}

/** The peers on the PATH or in .tools; the others by name. */
export function findPeers(): { found: Tool[]; absent: string[] } {
  const found: Tool[] = []
  const absent: string[] = []
  for (const [name, peer] of Object.entries(peers)) {
    const program = findProgram(name)
    if (program === undefined) {
      absent.push(name)
      continue
    }
    const text = execFileSync(program, peer.version, { encoding: 'utf8' })
    found.push({
      name,
      version: /\d+\.\d+\.\d+[^\s,]*/.exec(text)?.[0] ?? text.trim().split('\n')[0] ?? '',
      how: peer.how,
      copy: (...args) => peer.copy(...args).map((command) => ({ ...command, program })),
    })
  }
  return { found, absent }
}
