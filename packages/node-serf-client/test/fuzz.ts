// Feeds broken bytes to codec and client: node dist/test/fuzz.js [INPUTS] [SEED]
import { bytesInUse, runHostile } from './hostile-run.js'

const inputs = Number(process.argv[2] ?? 1_000_000)
const seed = Number(process.argv[3] ?? Date.now() % 2 ** 31)
const round = 20_000

const megabytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`
const print = (text: string) => process.stdout.write(`${text}\n`)

print(`feeding ${inputs} broken exchanges to codec and client, seed ${seed}`)
const start = performance.now()
let read = 0
let refused = 0
// The first round fills caches and compiles code.
let before = 0
for (let done = 0; done < inputs; done += round) {
  const tally = await runHostile(seed + done, Math.min(round, inputs - done))
  if (tally.bugs.length > 0) throw new Error(tally.bugs.join('\n'))
  read += tally.read
  refused += tally.refused
  const inUse = bytesInUse()
  before ||= inUse
  const resident = megabytes(process.memoryUsage().rss)
  print(`  ${read + refused} done, ${megabytes(inUse)} in use, ${resident} resident`)
  if (inUse - before > 16 * 2 ** 20) throw new Error(`memory grew by ${megabytes(inUse - before)}`)
}
const seconds = ((performance.now() - start) / 1000).toFixed(0)
print(`no crash, hang, unhandled rejection or memory growth in ${seconds} s:`)
print(`  ${read} inputs read completely, ${refused} ended with a SerfError`)
