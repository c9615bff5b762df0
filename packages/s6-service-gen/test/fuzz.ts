import { benchCommand, fuzzOptions } from 'real-components'
import { properties } from './properties.js'
import { startStopOrder } from './real/start-stop-order.js'

const command = benchCommand(
  'npm run fuzz -w packages/s6-service-gen --',
  'Tries every property far more often than npm test does, and ends at the first failure',
)
const { runs: times, seed } = fuzzOptions(command, { name: 'times', default: 20 })

process.stdout.write(`seed ${seed}\n`)
for (const { name, runs, check } of [...properties, startStopOrder]) {
  const from = performance.now()
  const many = runs * times
  await check(many, seed)
  const tookMs = Math.round(performance.now() - from)
  process.stdout.write(`${many} times in ${tookMs} ms: ${name}\n`)
}
