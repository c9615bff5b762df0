// No argument becomes a command, and a parser returns or throws a HaproxyError
// for every answer: npm run fuzz -w packages/haproxy-runtime
import * as fc from 'fast-check'
import { parseProcessTable } from '../src/replies/process-table.js'
import { HaproxyError } from '../src/haproxy-error.js'
import * as command from '../src/commands/runtime-command.js'
import { word } from '../src/commands/safe-argument.js'
import { parseStatistics } from '../src/replies/server-statistics.js'
import { parseServersState } from '../src/replies/servers-state.js'
import { parseSessions } from '../src/replies/session-list.js'

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

if (process.argv[1]?.endsWith('fuzz.js')) {
  const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31)
  for (const [name, property] of Object.entries(properties)) {
    await fc.assert(property, { seed, numRuns: 50_000 })
    process.stdout.write(`ok ${name}: 50,000 runs, seed ${seed}\n`)
  }
}
