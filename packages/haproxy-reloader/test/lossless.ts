import { cpus, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { haproxyReleases } from 'real-components'
import { measureLoss, type ClientCount } from './lost-request-meter.js'

const { values } = parseArgs({
  options: {
    changes: { type: 'string', default: '1000' },
    reloads: { type: 'string', default: '100' },
  },
})
const wanted = { changes: Number(values.changes), reloads: Number(values.reloads) }
if (!Object.values(wanted).every(count => Number.isInteger(count) && count >= 0)) {
  process.stderr.write('usage: lossless [--changes N] [--reloads N]\n')
  process.exit(2)
}

let isLossless = true
print(`${new Date().toISOString()}, Node ${process.version}`)
print(`${cpus().length} × ${cpus()[0]?.model}, load ${loadavg()[0]?.toFixed(2)}`)
for (const { version, program } of haproxyReleases()) {
  const tidyUps: (() => unknown)[] = []
  const t = { teardown: (tidyUp: () => unknown) => tidyUps.push(tidyUp) }
  try {
    const report = await measureLoss(t, program, wanted)
    print(`HAProxy ${version}: ${report.atRuntime} changes at run time, ${report.reloads} reloads`)
    print(`  keep-alive  ${shown(report.keepAlive)}`)
    print(`  close       ${shown(report.close)}`)
    const { keepAlive, close } = report
    const isPerfect = Object.keys({ ...keepAlive.lost, ...close.lost }).length === 0
    isLossless &&= isPerfect && report.atRuntime === wanted.changes
  } finally {
    for (const tidyUp of tidyUps.toReversed()) await tidyUp()
  }
}
process.exitCode = isLossless ? 0 : 1

function shown({ connections, requests, lost }: ClientCount): string {
  const losses = Object.entries(lost).map(([what, count]) => `, ${count} × ${what}`)
  const total = Object.values(lost).reduce((sum, count) => sum + count, 0)
  return `${requests} requests on ${connections} connections, ${total} lost${losses.join('')}`
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
