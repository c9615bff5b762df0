import { spawn, type ChildProcess } from 'node:child_process'
import { endProcess, freePort, temporaryFolder, until } from 'real-components'
import type { Test } from 'tap'

/** One series of an answer, with its newest value. */
export interface Series {
  readonly metric: Readonly<Record<string, string>>
  readonly value: number
}

/** One series of an answer over a time. */
export interface History {
  readonly metric: Readonly<Record<string, string>>
  readonly values: readonly number[]
}

/** The state of an alert rule. */
export interface RuleState {
  readonly name: string
  readonly health: 'ok' | 'err' | 'unknown'
  readonly state: 'inactive' | 'pending' | 'firing'
}

/** A real Prometheus. */
export interface Prometheus {
  readonly url: string
  readonly process: ChildProcess
  /** Evaluates an expression now. @throws Error with Prometheus' report if it is invalid */
  query(expression: string): Promise<readonly Series[]>
  /** Evaluates an expression for each of the last 20 seconds. */
  history(expression: string): Promise<readonly History[]>
  rules(): Promise<readonly RuleState[]>
}

type Answer<T> = { readonly status: string; readonly error?: string; readonly data: T }
type Point = readonly [time: number, value: string]

/** Starts Prometheus with a configuration file, a folder of its own and a free port. */
export async function startPrometheus(t: Test, configFile: string): Promise<Prometheus> {
  const address = `127.0.0.1:${await freePort('127.0.0.1')}`
  const url = `http://${address}`
  const args = [
    `--config.file=${configFile}`,
    `--web.listen-address=${address}`,
    `--storage.tsdb.path=${temporaryFolder(t)}`,
  ]
  const child = spawn('prometheus', args, { stdio: ['ignore', 'ignore', 'pipe'] })
  t.teardown(() => endProcess(child))
  let output = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text))
  await until('Prometheus', async () => {
    if (child.exitCode !== null) throw new Error(`prometheus exited:\n${output}`)
    return (await fetch(`${url}/-/ready`).catch(() => undefined))?.ok
  })
  const get = async <T>(path: string, parameters: Readonly<Record<string, string>> = {}) => {
    const search = new URLSearchParams(parameters).toString()
    const response = await fetch(`${url}/api/v1/${path}?${search}`)
    const { status, error, data } = (await response.json()) as Answer<T>
    if (status !== 'success') throw new Error(`${JSON.stringify(parameters)}: ${error}`)
    return data
  }
  return {
    url,
    process: child,
    async query(query) {
      const { result } = await get<{ result: { metric: Series['metric']; value: Point }[] }>(
        'query',
        { query },
      )
      return result.map(({ metric, value: [, value] }) => ({ metric, value: Number(value) }))
    },
    async history(query) {
      const now = Date.now() / 1000
      const range = { start: String(now - 20), end: String(now), step: '1' }
      const { result } = await get<{ result: { metric: Series['metric']; values: Point[] }[] }>(
        'query_range',
        { query, ...range },
      )
      return result.map(({ metric, values }) => ({
        metric,
        values: values.map(([, value]) => Number(value)),
      }))
    },
    async rules() {
      const { groups } = await get<{ groups: { rules: RuleState[] }[] }>('rules')
      return groups.flatMap(group => group.rules)
    },
  }
}
