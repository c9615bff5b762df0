// Broken bytes without end: node dist/test/fuzz.js [INPUTS] [SEED]
import { bytesInUse, runHostile } from './hostile-run.js'

const inputs = Number(process.argv[2] ?? 1_000_000)
const seed = Number(process.argv[3] ?? Date.now() % 2 ** 31)
const round = 20_000

const megabytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`
const print = (text: string) => process.stdout.write(`${text}\n`)

print(`${inputs} broken exchanges into the codec and the client, seed ${seed}`)
const start = performance.now()
let read = 0
let refused = 0
// What the first round leaves behind is caches and compiled code.
let before = 0
for (let done = 0; done < inputs; done += round) {
  const tally = await runHostile(seed + done, Math.min(round, inputs - done))
  if (tally.faults.length > 0) throw new Error(tally.faults.join('\n'))
  read += tally.read
  refused += tally.refused
  const inUse = bytesInUse()
  before ||= inUse
  const resident = megabytes(process.memoryUsage().rss)
  print(`  ${read + refused} done, ${megabytes(inUse)} in use, ${resident} resident`)
  if (inUse - before > 16 * 2 ** 20) throw new Error(`memory grew by ${megabytes(inUse - before)}`)
}
const seconds = ((performance.now() - start) / 1000).toFixed(0)
print(`no crash, no hang, no stray rejection, no growth, in ${seconds} s: `)
print(`  ${read} were read to their end, ${refused} ended with a SerfError`)
