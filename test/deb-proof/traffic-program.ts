// Asks the URL of its argument on and on, over kept connections. For each line that
// it reads, it prints the requests and failures since the line before, as JSON.
import { Agent } from 'node:http'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { requestFailure } from 'real-components'

/** Number of clients; each sends the next request after the answer. */
const clients = 4

const [, , url = ''] = process.argv
const agent = new Agent({ keepAlive: true, maxSockets: clients })
let requests = 0
let failures: string[] = []

async function ask(): Promise<never> {
  for (;;) {
    const failure = await requestFailure(url, agent)
    requests++
    if (failure !== undefined) failures.push(failure)
    // A failing proxy answers fast.
    await pause(failure === undefined ? 5 : 50)
  }
}

for (let i = 0; i < clients; i++) void ask()
for await (const _ of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify({ requests, failures })}\n`)
  requests = 0
  failures = []
}
process.exit()
