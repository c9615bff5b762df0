import { cpus, loadavg } from 'node:os'
import { benchCommand, haproxyReleases, wholeNumber } from 'real-components'
import { clientKinds, type ClientCount } from './lossless-clients.js'
import { measureLoss, type LossReport } from './lost-request-meter.js'

const count = wholeNumber(0, 1_000_000_000)
const { changes, reloads, requests } = benchCommand(
  'npm run lossless --',
  'Counts the requests that are lost during changes and reloads of a real HAProxy; exit code 1 if any',
)
  .option('--changes <n>', 'changes at run time', count, 1000)
  .option('--reloads <n>', 'reloads', count, 100)
  .option('--requests <n>', 'least number of requests, of all releases together', count, 1_000_000)
  .parse()
  .opts<{ changes: number; reloads: number; requests: number }>()

const releases = haproxyReleases()
const goal = { changes, reloads, requests: requests / releases.length }
let isLossless = true
let asked = 0
print(`${new Date().toISOString()}, Node ${process.version}`)
print(`${cpus().length} × ${cpus()[0]?.model}, load ${loadavg()[0]?.toFixed(2)}`)
for (const { version, program } of releases) {
  const tidyUps: (() => unknown)[] = []
  const t = { teardown: (tidyUp: () => unknown) => tidyUps.push(tidyUp) }
  try {
    const report = await measureLoss(t, program, goal)
    print(`HAProxy ${version}: ${report.atRuntime} changes at run time, ${report.reloads} reloads`)
    for (const kind of clientKinds) {
      const count = report.kinds[kind]
      print(`  ${kind.padEnd(10)}  ${shown(count)}`)
      asked += count.requests
      isLossless &&= Object.keys(count.lost).length === 0
    }
    print(`  p99         ${latencies(report)}`)
    isLossless &&= report.atRuntime === goal.changes && report.reloads === goal.reloads
  } finally {
    for (const tidyUp of tidyUps.toReversed()) await tidyUp()
  }
}
print(`${asked} requests in all, ${isLossless ? 'none lost' : 'NOT lossless'}`)
process.exitCode = isLossless ? 0 : 1

function shown({ connections, requests, lost }: ClientCount): string {
  const losses = Object.entries(lost).map(([what, count]) => `, ${count} × ${what}`)
  const total = Object.values(lost).reduce((sum, count) => sum + count, 0)
  return `${requests} requests on ${connections} connections, ${total} lost${losses.join('')}`
}

/** Formats the 99th percentile of each phase, and its ratio to the quiet phase of the same run. */
function latencies({ p99Ms }: LossReport): string {
  const quiet = p99Ms['quiet'] ?? Number.NaN
  return Object.entries(p99Ms)
    .map(([phase, ms]) => `${phase} ${ms.toFixed(2)} ms (× ${(ms / quiet).toFixed(2)})`)
    .join(', ')
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
