import { execFileSync } from 'node:child_process'
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, startServer, untilAnswers } from './child.ts'

export interface DockerRegistry {
  /** `127.0.0.1:PORT` */
  host: string
  url: string
  username: string | undefined
  password: string | undefined
  /** One line a request, as the registry writes it (Apache's combined format). */
  accessLog: string
  stop(): Promise<void>
}

export interface DockerRegistryOptions {
  /** Absent: anonymous. */
  password?: string
  /** Where its data lives; absent: a temp folder. Removed at the end either way. */
  folder?: string
}

/** Debian's docker-registry on a free port of 127.0.0.1. */
export async function startDockerRegistry(options: DockerRegistryOptions = {}): Promise<DockerRegistry> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'holdfast-registry-'))
  mkdirSync(folder, { recursive: true })
  const host = `127.0.0.1:${await freePort()}`
  writeFileSync(join(folder, 'config.yml'), settings(folder, host, options.password))
  const accessLog = join(folder, 'access.log')
  const log = openSync(accessLog, 'a')
  const server = startServer('docker-registry', ['serve', join(folder, 'config.yml')], { stdoutFile: log })
  closeSync(log)
  await untilAnswers(`http://${host}/v2/`, server)
  return {
    host,
    url: `http://${host}`,
    username: options.password === undefined ? undefined : 'AWS',
    password: options.password,
    accessLog,
    stop: async () => {
      await server.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function settings(folder: string, host: string, password: string | undefined): string {
  const lines = [
    'version: 0.1',
    'log: {level: error, accesslog: {disabled: false}}',
    `storage: {filesystem: {rootdirectory: ${folder}/data}, delete: {enabled: true}}`,
    `http: {addr: "${host}"}`,
  ]
  if (password !== undefined) {
    const file = join(folder, 'htpasswd')
    writeFileSync(file, execFileSync('htpasswd', ['-Bbn', 'AWS', password]))
    lines.push(`auth: {htpasswd: {realm: test, path: ${file}}}`)
  }
  return `${lines.join('\n')}\n`
}
