// npm run bench: time from the agent's log line for a join until a snapshot, the
// event stream and an event handler report it, in one run.
import { loadavg } from 'node:os'
import { benchCommand, wholeNumber } from 'real-components'
import { measureJoins, type JoinTimes } from './join-latency.js'

const command = benchCommand(
  'npm run bench -w packages/serf-events --',
  'Measures joins one after the other',
)
  .argument('[size]', 'real Serf agents in the cluster', wholeNumber(1, 1000), 100)
  .argument('[joins]', 'joins that are measured', wholeNumber(1, 10_000), 60)
  .parse()
const [clusterSize, joins] = command.processedArgs as [number, number]
const load = loadavg()[0]?.toFixed(1)
const times = await measureJoins(clusterSize, joins, done => {
  if (done % 10 === 0) process.stderr.write(`${done} of ${joins} joins\n`)
})
const rows = (['snapshot', 'bareCall', 'stream', 'handler'] as const).map(source =>
  summary(source, times),
)
const date = new Date().toISOString()
console.log(
  `${joins} joins into ${clusterSize} real agents · ${date} · Node ${process.version} · load before ${load}`,
)
console.table(rows)
const [snapshot, bareCall, stream] = rows
if (snapshot && bareCall && stream) {
  console.log(
    `ratio snapshot / bare members call, p50: ${(snapshot['p50 ms'] / bareCall['p50 ms']).toFixed(1)}`,
  )
  console.log(
    `ratio event stream / snapshot, p50: ${(stream['p50 ms'] / snapshot['p50 ms']).toFixed(0)}`,
  )
}

function summary(source: keyof JoinTimes, all: readonly JoinTimes[]) {
  const sorted = all.map(each => each[source]).toSorted((a, b) => a - b)
  const at = (share: number) =>
    Number((sorted[Math.ceil(share * sorted.length) - 1] ?? NaN).toFixed(2))
  return { source, 'p50 ms': at(0.5), 'p99 ms': at(0.99), 'max ms': at(1) }
}
