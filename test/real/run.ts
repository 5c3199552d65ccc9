import { spawn } from 'node:child_process'

export interface RunOptions {
  cwd?: string
  env?: Record<string, string>
  input?: string
  /** Exit codes that are no failure. */
  allowed?: number[]
}

export interface Finished {
  code: number
  stdout: string
  stderr: string
}

/** What no program under test may pick up from the machine: other people's AWS settings, and EC2 metadata. */
const isolated = {
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  AWS_PAGER: '',
}

/** Runs a program to its end; another exit code than 0 is an error that shows what it printed. */
export async function run(program: string, args: string[], options: RunOptions = {}): Promise<Finished> {
  const kept = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(AWS|HOLDFAST)_/.test(name)),
  )
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: { ...kept, ...isolated, ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const finished: Finished = { code: 0, stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    finished.stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    finished.stderr += text
  })
  child.stdin.end(options.input ?? '')
  finished.code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve(code ?? -1))
  })
  if (![0, ...(options.allowed ?? [])].includes(finished.code)) {
    const shown = `${finished.stdout}\n${finished.stderr}`.slice(-4000)
    throw new Error(`${program} ${args.slice(0, 4).join(' ')} ...: exit ${finished.code}\n${shown}`)
  }
  return finished
}
