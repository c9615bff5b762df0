// No argument becomes a command, and a parser returns or throws a HaproxyError
// for every answer, within a bound of memory:
// npm run fuzz -w packages/haproxy-runtime -- [REPLIES] [SEED] [--json]
import * as fc from 'fast-check'
import { benchCommand, bytesInUse, fuzzOptions } from 'real-components'
import { parseProcessTable } from '../src/replies/process-table.js'
import { HaproxyError } from '../src/haproxy-error.js'
import * as command from '../src/commands/runtime-command.js'
import { word } from '../src/commands/safe-argument.js'
import { parseStatistics } from '../src/replies/server-statistics.js'
import { parseServersState } from '../src/replies/servers-state.js'
import { parseSessions } from '../src/replies/session-list.js'
import { runReplies } from './hostile-replies-run.js'

/** Text with the characters that matter to HAProxy's command line in it. */
const hostile = fc.string({
  unit: fc.constantFrom(...'\n \r ; < \\ " \' # @ / 0 a Z . : - é \0 \t'.split(' '), ' '),
  maxLength: 12,
})

const answers = fc.oneof(
  fc.string({ maxLength: 200 }),
  fc
    .array(
      fc.constantFrom('1\n', '# ', 'be_name srv_name ', '# pxname,svname,', ',', ' ', '\n', '7'),
    )
    .map(parts => parts.join('')),
)

/** Properties that hold for every text. */
export const properties: Readonly<Record<string, fc.IRawProperty<unknown[]>>> = {
  'no argument adds a command': fc.property(
    fc.array(hostile, { minLength: 4, maxLength: 4 }),
    fc.oneof(fc.integer(), fc.double()),
    ([pool = '', name = '', address = '', options = ''], number) => {
      for (const make of [
        () => command.addServer(pool, name, '10.0.0.1', 80, options),
        () => command.addServer('p', 's', address, number),
        () => command.setAddress('p', 's', address, number),
        () => command.setWeight(pool, 's', number),
        () => command.setReady(pool, name),
        () => command.enableDynamicCookie(pool),
      ]) {
        const text = unlessRefused(() => make().text)
        // An escaped semicolon is part of its word.
        const bare = text?.replace(/\\./g, '') ?? ''
        if (/[\n\r;\0]|<</.test(bare)) throw new Error(JSON.stringify(text))
      }
    },
  ),
  'a word stays one word': fc.property(hostile, text => {
    const escaped = unlessRefused(() => word(text))
    if (escaped === undefined) return
    if (/[\n\r]|<</.test(escaped)) throw new Error(JSON.stringify(escaped))
    const bare = escaped.replace(/\\./g, '')
    if (/[; \t]/.test(bare)) throw new Error(JSON.stringify(escaped))
    if (escaped.replace(/\\(.)/g, '$1') !== text) throw new Error(JSON.stringify(escaped))
  }),
  'an answer of any form is read or refused': fc.property(answers, answer => {
    for (const parse of [parseProcessTable, parseServersState, parseStatistics, parseSessions]) {
      unlessRefused(() => parse(answer))
    }
  }),
}

/** Returns the result of `act`; undefined if it throws the error of this package. */
function unlessRefused<T>(act: () => T): T | undefined {
  try {
    return act()
  } catch (error) {
    if (error instanceof HaproxyError) return undefined
    throw error
  }
}

/** Most memory that may stay in use, and most of the whole process, in bytes. */
const bounds = { grown: 16 * 2 ** 20, peak: 512 * 2 ** 20 }

if (process.argv[1]?.endsWith('fuzz.js')) {
  const command = benchCommand(
    'npm run fuzz -w packages/haproxy-runtime --',
    'Gives hostile arguments to the commands, and broken replies to the parsers',
  ).option('--json', 'print JSON')
  const { runs: replies, seed } = fuzzOptions(command, { name: 'replies', default: 1_000_000 })
  const isJson = command.opts<{ json?: true }>().json === true
  const print = (text: string) => void (isJson || process.stdout.write(`${text}\n`))
  for (const [name, property] of Object.entries(properties)) {
    await fc.assert(property, { seed, numRuns: 50_000 })
    print(`ok ${name}: 50,000 runs, seed ${seed}`)
  }
  const figures = await fuzzReplies(replies, seed, print)
  if (isJson) process.stdout.write(`${JSON.stringify(figures)}\n`)
}

/** Parses broken replies in rounds, and throws where memory grows above the bounds. */
async function fuzzReplies(
  replies: number,
  seed: number,
  print: (text: string) => void,
): Promise<object> {
  const startedAt = performance.now()
  const round = 50_000
  let before = 0
  let grown = 0
  const figures = { seed, read: 0, refused: 0 }
  for (let done = 0; done < replies; done += round) {
    const { read, refused } = await runReplies(seed + done, Math.min(round, replies - done))
    figures.read += read
    figures.refused += refused
    const inUse = bytesInUse()
    // The first round fills caches and compiles code.
    before ||= inUse
    grown = Math.max(grown, inUse - before)
    const peak = process.resourceUsage().maxRSS * 1024
    print(
      `  ${figures.read + figures.refused} replies, ${mebibytes(inUse)} MiB in use, ${mebibytes(peak)} MiB at most`,
    )
    if (grown > bounds.grown || peak > bounds.peak)
      throw new Error(`memory: ${grown} bytes more in use, ${peak} bytes at most, seed ${seed}`)
  }
  const seconds = Math.round((performance.now() - startedAt) / 1000)
  print(
    `ok ${figures.read} replies read, ${figures.refused} refused, in ${seconds} s, seed ${seed}`,
  )
  return {
    ...figures,
    seconds,
    grownMiB: mebibytes(grown),
    grownBoundMiB: mebibytes(bounds.grown),
    peakMiB: Math.round(process.resourceUsage().maxRSS / 1024),
    peakBoundMiB: mebibytes(bounds.peak),
  }
}

function mebibytes(bytes: number): number {
  return Math.round((bytes / 2 ** 20) * 10) / 10
}
