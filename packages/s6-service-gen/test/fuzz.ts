import { properties } from './properties.js'
import { startStopOrder } from './real/start-stop-order.js'

/**
 * Tries every property far more often than `npm test` does. Arguments: how many
 * times as often (20), and the seed of a run to be repeated. It ends with 1 at
 * the first failure, which names its seed.
 */
const [times = '20', seedText] = process.argv.slice(2)
const seed = seedText === undefined ? (Date.now() ^ process.pid) >>> 0 : Number(seedText)

process.stdout.write(`seed ${seed}\n`)
for (const { name, runs, check } of [...properties, startStopOrder]) {
  const from = performance.now()
  const many = runs * Number(times)
  await check(many, seed)
  const tookMs = Math.round(performance.now() - from)
  process.stdout.write(`${many} times in ${tookMs} ms: ${name}\n`)
}
