import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { program } from './programs.ts'
import { run } from './run.ts'

/** Debian packages that `.ci/tools.sh` downloaded; else those that lie in apt's own cache. */
const folders = [join(process.cwd(), '.tools/debs'), '/var/cache/apt/archives']

export function debianPackages(): string[] {
  const found = folders
    .filter((folder) => existsSync(folder))
    .map((folder) =>
      readdirSync(folder)
        .filter((name) => name.endsWith('.deb'))
        .map((name) => join(folder, name)),
    )
  return (found.find((files) => files.length >= 3) ?? []).sort().slice(0, 4)
}

/** An OCI layout with one image of real root file systems: one layer a Debian package, put together by umoci. */
export async function buildImage(folder: string, tag: string, packages: string[]): Promise<string> {
  mkdirSync(folder, { recursive: true })
  const layout = join(folder, 'layout')
  const image = `${layout}:${tag}`
  if (!existsSync(layout)) await run(program('umoci'), ['init', '--layout', layout])
  await run(program('umoci'), ['new', '--image', image])
  for (const [index, file] of packages.entries()) {
    const tar = join(folder, `${tag}-${index}.tar`)
    writeFileSync(tar, execFileSync('dpkg-deb', ['--fsys-tarfile', file], { maxBuffer: 1e9 }))
    await run(program('umoci'), ['raw', 'add-layer', '--image', image, tar])
  }
  await run(program('umoci'), [
    'config',
    '--image',
    image,
    '--config.cmd',
    '/bin/bash',
    '--author',
    'holdfast test',
  ])
  return image
}
