import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { endProcess, type Tidy } from 'real-components'

/** Requests since the last look, and the reasons of those that failed. */
interface Requests {
  readonly requests: number
  readonly failures: readonly string[]
}

/** Traffic that runs until the end. */
export interface Traffic {
  /** Returns the requests since the last call. */
  sinceLast(): Promise<Requests>
}

const program = fileURLToPath(new URL('traffic-program.js', import.meta.url))

/** Starts traffic in a network; it ends with the proof. */
export function startTraffic(t: Tidy, url: string, inNetwork: readonly string[]): Traffic {
  const [command, ...words] = [...inNetwork, process.execPath, program, url]
  const child = spawn(command, words, { stdio: ['pipe', 'pipe', 'inherit'] })
  t.teardown(() => endProcess(child))
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    async sinceLast() {
      child.stdin.write('\n')
      const { value, done } = await answers.next()
      if (done) throw new Error(`the traffic ended: exit code ${child.exitCode}`)
      return JSON.parse(value) as Requests
    },
  }
}
