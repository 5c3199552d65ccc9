// Shared by start, test, build and bench: install what is missing, build what is stale. Plain JavaScript, because
// it runs before anything is installed.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { copyFile, mkdir, rm } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))
const stamp = join(root, 'node_modules', '.holdfast-installed')

/** Progress goes to stderr: stdout belongs to the command's document. */
export function say(line) {
  process.stderr.write(`${line}\n`)
}

export function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return
  say(`Holdfast needs Node 20.19 or newer; this is ${process.version}.`)
  say('Install a current Node (24 is recommended), then run the same command again.')
  process.exit(1)
}

/** Tools that keep a cache keep it inside the checkout. */
export const tidyEnv = { ...process.env, XDG_CACHE_HOME: join(root, '.cache') }

/** Runs a command; resolves with its exit code. Output goes to stderr unless `stdio` says otherwise. */
export function run(command, args, { stdio = ['ignore', 2, 2], env = tidyEnv } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio, env })
    const forward = (signal) => child.kill(signal)
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, forward)
    child.on('error', reject)
    child.on('close', (code, signal) => {
      for (const name of ['SIGINT', 'SIGTERM']) process.off(name, forward)
      resolve(signal ? (signal === 'SIGINT' ? 130 : 143) : (code ?? 1))
    })
  })
}

export const node = (args, options) => run(process.execPath, args, options)
export const bin = (name) => join(root, 'node_modules', ...name.split('/'))

function lockFingerprint() {
  const lock = readFileSync(join(root, 'package-lock.json'))
  return createHash('sha256').update(lock).update(process.platform).update(process.arch).digest('hex')
}

export async function ensureInstalled() {
  const wanted = lockFingerprint()
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  say('Installing dependencies (npm ci, about 10 to 30 seconds the first time) ...')
  const npm = process.env.npm_execpath
  const args = ['ci', '--include=dev', '--ignore-scripts', '--loglevel=error']
  const code = npm?.endsWith('.js') ? await node([npm, ...args]) : await run('npm', args)
  if (code !== 0) {
    say(
      `npm ci failed (exit ${code}). Check the network and the free disk space, then run the same command again.`,
    )
    process.exit(1)
  }
  writeFileSync(stamp, wanted)
}

/** Compiles src to dist (incremental), drops outputs whose source is gone, copies the controls' pages. */
export async function build() {
  const code = await node([bin('typescript/bin/tsc'), '-p', 'tsconfig.build.json'])
  if (code !== 0) {
    say('The build failed; the lines above say where.')
    process.exit(1)
  }
  await dropStale()
  chmodSync(join(root, 'dist', 'cli', 'bin.js'), 0o755)
  for (const page of files(join(root, 'src')).filter((file) => file.endsWith('.md'))) {
    const target = join(root, 'dist', relative(join(root, 'src'), page))
    await mkdir(dirname(target), { recursive: true })
    await copyFile(page, target)
  }
}

async function dropStale() {
  for (const file of files(join(root, 'dist'))) {
    if (file.endsWith('.tsbuildinfo')) continue
    const source = join(root, 'src', relative(join(root, 'dist'), file))
    const stem = source.replace(/(\.d\.ts|\.js\.map|\.js)$/, '')
    if (![source, `${stem}.ts`, `${stem}.js`].some(existsSync)) await rm(file)
  }
}

export function files(folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    return statSync(path).isDirectory() ? files(path) : [path]
  })
}

/** Builds only when something in src is newer than the last build. */
export async function ensureBuilt() {
  const info = join(root, 'dist', '.tsbuildinfo')
  const builtAt = existsSync(info) ? statSync(info).mtimeMs : 0
  const inputs = [
    ...files(join(root, 'src')),
    join(root, 'tsconfig.build.json'),
    join(root, 'package-lock.json'),
  ]
  if (
    existsSync(join(root, 'dist', 'cli', 'bin.js')) &&
    inputs.every((file) => statSync(file).mtimeMs < builtAt)
  )
    return
  say('Building ...')
  await rm(info, { force: true })
  await build()
}
