import { benchCommand, bytesInUse, fuzzOptions } from 'real-components'
import { runHostile } from './hostile-run.js'

const command = benchCommand(
  'npm run fuzz -w packages/node-serf-client --',
  'Feeds broken bytes to codec and client, within a bound of memory',
).option('--json', 'print JSON')
const { runs: inputs, seed } = fuzzOptions(command, { name: 'exchanges', default: 300_000 })
const isJson = command.opts<{ json?: true }>().json === true
const round = 20_000
/** Most memory that may stay in use, and most of the whole process, in bytes. */
const bounds = { grown: 16 * 2 ** 20, peak: 512 * 2 ** 20 }

const mebibytes = (bytes: number) => Math.round((bytes / 2 ** 20) * 10) / 10
const print = (text: string) => void (isJson || process.stdout.write(`${text}\n`))
const peakBytes = () => process.resourceUsage().maxRSS * 1024

print(`feeding ${inputs} broken exchanges to codec and client, seed ${seed}`)
const start = performance.now()
const figures = { seed, frames: 0, read: 0, refused: 0 }
let grown = 0
// The first round fills caches and compiles code.
let before = 0
for (let done = 0; done < inputs; done += round) {
  const tally = await runHostile(seed + done, Math.min(round, inputs - done))
  if (tally.bugs.length > 0) throw new Error(tally.bugs.join('\n'))
  figures.frames += tally.frames
  figures.read += tally.read
  figures.refused += tally.refused
  const inUse = bytesInUse()
  before ||= inUse
  grown = Math.max(grown, inUse - before)
  const peak = peakBytes()
  print(
    `  ${figures.read + figures.refused} exchanges, ${figures.frames} frames, ` +
      `${mebibytes(inUse)} MiB in use, ${mebibytes(peak)} MiB at most`,
  )
  if (grown > bounds.grown || peak > bounds.peak)
    throw new Error(`memory: ${grown} bytes more in use, ${peak} bytes at most, seed ${seed}`)
}
const seconds = Math.round((performance.now() - start) / 1000)
print(`no crash, hang, unhandled rejection or memory growth in ${seconds} s:`)
print(`  ${figures.read} exchanges read completely, ${figures.refused} ended with a SerfError`)
if (isJson) {
  const memory = {
    grownMiB: mebibytes(grown),
    grownBoundMiB: mebibytes(bounds.grown),
    peakMiB: mebibytes(peakBytes()),
    peakBoundMiB: mebibytes(bounds.peak),
  }
  process.stdout.write(`${JSON.stringify({ ...figures, seconds, ...memory })}\n`)
}
