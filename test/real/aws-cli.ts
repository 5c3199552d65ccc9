import { program } from './programs.ts'
import { run } from './run.ts'
import type { RunningSandbox } from './servers/sandbox.ts'

/** AWS's own command line tool, pointed at the sandbox by the standard variables only. */
export async function awsCli(sandbox: RunningSandbox, args: string[]): Promise<string> {
  return (await run(program('aws'), args, { env: sandbox.env })).stdout
}

export async function awsJson<T = Record<string, unknown>>(
  sandbox: RunningSandbox,
  args: string[],
): Promise<T> {
  return JSON.parse(await awsCli(sandbox, [...args, '--output', 'json']))
}
