import { main } from '../../src/cli/main.ts'

export interface CliResult {
  code: number
  stdout: string
  stderr: string
  /** The one JSON document on stdout. */
  json<T = Record<string, unknown>>(): T
}

export interface CliOptions {
  /** The whole environment of the command: nothing of the test's own leaks in. */
  env?: Record<string, string>
  cwd?: string
  signal?: AbortSignal
  columns?: number
  /** What the command reads of standard input. */
  stdin?: string
  /** What the person at the terminal says to every question; absent: there is none. The question is in stderr. */
  says?: string
  onStdout?: (text: string) => void
}

/** What the AWS SDK must not find by accident: files of the person who runs the tests, and EC2 metadata. */
const isolated = {
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
}

/** Runs one command line in this process. The SDK reads process.env itself, so it is replaced meanwhile. */
export async function runCli(argv: string[], options: CliOptions = {}): Promise<CliResult> {
  const env: Record<string, string> = { ...isolated, PATH: process.env['PATH'] ?? '', ...options.env }
  const before = { ...process.env }
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name]
  Object.assign(process.env, env)
  let stdout = ''
  let stderr = ''
  try {
    const code = await main(argv, {
      stdout: (text) => {
        stdout += text
        options.onStdout?.(text)
      },
      stderr: (text) => {
        stderr += text
      },
      columns: options.columns,
      stdin: async () => options.stdin ?? '',
      stderrIsTerminal: false,
      ...(options.says !== undefined && {
        ask: async (question: string) => {
          stderr += question
          return options.says ?? ''
        },
      }),
      env,
      cwd: options.cwd ?? process.cwd(),
      signal: options.signal ?? new AbortController().signal,
    })
    return { code, stdout, stderr, json: () => JSON.parse(stdout) }
  } finally {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name]
    Object.assign(process.env, before)
  }
}
