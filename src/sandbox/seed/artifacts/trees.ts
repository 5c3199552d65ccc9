import { type Architecture, program } from '../content/program.ts'
import { prose } from '../content/prose.ts'
import type { Tree } from '../content/tar.ts'

const KiB = 1024

/** A small operating system that does not exist: enough files to be believed, one program that runs. */
export function systemTree(version: string, architecture: Architecture): Tree {
  const name = `harbour-os ${version} ${architecture}`
  return {
    'bin/hello': { content: program(architecture, `Hello from ${name}`), mode: 0o755 },
    'etc/group': text('root:x:0:\nnogroup:x:65534:\n'),
    'etc/hosts': text('127.0.0.1 localhost\n'),
    'etc/os-release': text(
      `ID=harbour\nNAME="Harbour OS"\nVERSION_ID="${version}"\nPRETTY_NAME="Harbour OS ${version} (simulated)"\n`,
    ),
    'etc/passwd': text(
      'root:x:0:0:root:/root:/bin/hello\nnobody:x:65534:65534:nobody:/nonexistent:/bin/hello\n',
    ),
    'root/': { mode: 0o700 },
    'tmp/': { mode: 0o1777 },
    'usr/bin/hello': { link: '../../bin/hello' },
    'var/lib/packages/status': { content: prose(`${name} status`, 180 * KiB) },
    ...folder('usr/share/doc', { name, files: 60, bytes: 20 * KiB }),
    ...folder('usr/lib/locale', { name, files: 6, bytes: 130 * KiB }),
  }
}

/** What an application is run by. */
export function runtimeTree(runtime: string, architecture: Architecture): Tree {
  const name = `${runtime} ${architecture}`
  return {
    [`usr/bin/${runtime.split(' ')[0]}`]: { content: program(architecture, name), mode: 0o755 },
    ...folder('usr/lib/runtime', { name, files: 40, bytes: 30 * KiB }),
  }
}

/** One version of an application: its program, its parts, its settings. */
export function applicationTree(
  application: string,
  version: string,
  options: { architecture: Architecture; bytes: number },
): Tree {
  const name = `${application} ${version}`
  const files = 6
  return {
    'app/bin/start': { content: program(options.architecture, `${name} is running`), mode: 0o755 },
    'app/settings.json': text(`${JSON.stringify({ application, version }, null, 2)}\n`),
    'app/version': text(`${version}\n`),
    ...folder('app/lib', { name, files, bytes: Math.floor(options.bytes / files) }),
  }
}

function folder(path: string, { name, files, bytes }: { name: string; files: number; bytes: number }): Tree {
  const entries: Tree = {}
  for (let at = 0; at < files; at++) {
    const file = `${path}/part-${String(at).padStart(3, '0')}.txt`
    entries[file] = { content: prose(`${name} ${file}`, bytes) }
  }
  return entries
}

function text(content: string): { content: Buffer } {
  return { content: Buffer.from(content) }
}
