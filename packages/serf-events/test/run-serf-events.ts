import { spawn, spawnSync, type ChildProcess, type SpawnSyncReturns } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { endProcess, type Tidy } from 'real-components'

const program = fileURLToPath(new URL('../../bin/serf-events.js', import.meta.url))

/** A running `serf-events` process. */
export interface Run {
  readonly child: ChildProcess
  /** Printed lines of JSON. */
  readonly lines: AsyncIterator<string>
  /** Closes the reading end of its standard output. */
  hangUp(): void
  readonly ended: Promise<{ exitCode: number | null; stderr: string }>
}

/** Starts `serf-events` with these arguments; it ends with the test. */
export function run(t: Tidy, ...args: readonly string[]): Run {
  // Without the loader of the test runner, which triples the start time.
  const command = ['-u', 'NODE_OPTIONS', process.execPath, program, ...args]
  const child = spawn('env', command, { stdio: ['ignore', 'pipe', 'pipe'] })
  t.teardown(() => endProcess(child))
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const ended = new Promise<{ exitCode: number | null; stderr: string }>(resolve => {
    child.once('close', exitCode => resolve({ exitCode, stderr }))
  })
  return { child, lines, hangUp: () => child.stdout.destroy(), ended }
}

/** Parses the next line that the process prints. */
export async function nextJson({ lines }: Run): Promise<unknown> {
  const { value } = await lines.next()
  return JSON.parse(String(value))
}

/** Runs `serf-events handler` with this environment and standard input. */
export function runHandler(
  env: Record<string, string>,
  input: string | Buffer,
  ...args: readonly string[]
): SpawnSyncReturns<string> {
  const options = { env, input, encoding: 'utf8' } as const
  return spawnSync(process.execPath, [program, 'handler', ...args], options)
}
