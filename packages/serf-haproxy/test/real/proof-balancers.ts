import { performance } from 'node:perf_hooks'
import { balancerNetwork } from './balancer-network.js'
import { startBalancer, startWebServers } from './balancer-nodes.js'
import { causes, failOver } from './fail-over.js'

// npm run proof:balancers: what clients lose for each cause, with two and with three balancers.
// It needs root, and the programs that `npm test` installs. `--json` prints a line of JSON for each.

const isJson = process.argv.includes('--json')
const columns = ['balancers', 'cause', 'requests', 'lost', 'longestGapMs'] as const
const print = (cells: readonly unknown[]) =>
  process.stdout.write(`| ${cells.map(String).join(' | ')} |\n`)

if (!isJson) {
  print(columns)
  print(columns.map(() => '---'))
}
for (const balancers of [2, 3])
  for (const cause of Object.values(causes)) {
    const ends: (() => unknown)[] = []
    const startedAt = performance.now()
    try {
      const network = balancerNetwork({ teardown: end => void ends.unshift(end) })
      startWebServers(network)
      const numbers = Array.from({ length: balancers }, (_, i) => i + 1)
      const started = await Promise.all(numbers.map(i => startBalancer(network, i)))
      const row = { balancers, ...(await failOver(network, started, cause)) }
      const tookMs = Math.round(performance.now() - startedAt)
      if (isJson) process.stdout.write(`${JSON.stringify({ ...row, tookMs })}\n`)
      else print(columns.map(column => row[column]))
    } finally {
      for (const end of ends) await end()
    }
  }
