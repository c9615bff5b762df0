import t from 'tap'
import {
  extendedChain,
  restoredState,
  serverLinesOf,
  storedDiff,
  storedGeneration,
} from '../../src/generations/stored-generation.js'
import { desire, server } from '../fake-haproxy-setup.js'
import { generationRecord } from './sample-generation.js'

const record = generationRecord(2)
const names = Array.from({ length: 1000 }, (_, i) => `s${String(i).padStart(4, '0')}`)
const servers = names.map(name => server(name))
const before = desire(servers)
const after = desire([...servers, server('t')])
const chain = { sha256: 'x', changes: 0, length: 0, wholeLength: before.text.length }

t.test('a change holds what changed, whatever the size of the configuration', async t => {
  const stored = storedGeneration(record, after, { number: 1, state: before, chain })
  t.ok(JSON.stringify(stored).length < 1000)
  t.strictSame(restoredState(stored, before), { text: after.text, pools: after.pools })
  t.match(storedDiff(stored, after), /^--- generation 1\n.*\n\+ {2}server t 10\.0\.0\.1:80/s)
  t.throws(() => restoredState(stored, undefined), TypeError)
})

t.test('the first one, and one with other pools, is whole', async t => {
  for (const last of [
    { number: 1, state: before },
    { number: 1, state: { ...before, pools: [] }, chain },
    { number: 0, state: { text: '', pools: [] }, chain },
  ]) {
    const stored = storedGeneration(record, after, last)
    t.strictSame(restoredState(stored, undefined), { text: after.text, pools: after.pools })
  }
})

t.test('after twenty changes, or as many bytes as a whole one, comes a whole one', async t => {
  const isWhole = (more: Partial<typeof chain>) =>
    'whole' in
    storedGeneration(record, after, { number: 1, state: before, chain: { ...chain, ...more } })
  t.notOk(isWhole({ changes: 19 }))
  t.ok(isWhole({ changes: 20 }))
  t.ok(isWhole({ length: before.text.length }))
  const change = storedGeneration(record, after, { number: 1, state: before, chain })
  const file = { sha256: 'y', length: 70 }
  t.match(extendedChain(chain, change, file), { sha256: 'y', changes: 1, length: 70 })
  const whole = storedGeneration(record, after, { number: 1, state: before })
  t.match(extendedChain(chain, whole, file), { changes: 0, length: 0, wholeLength: 70 })
})

t.test('the lines of the servers are found in the text', async t => {
  const { text, pools } = desire(
    [server('a'), server('b')],
    'backend more\n  server a 10.0.0.1:9\n',
  )
  t.strictSame(serverLinesOf({ text: `# head\n${text}`, pools }), [
    { line: 4, pool: 'nodes', server: 'a' },
    { line: 5, pool: 'nodes', server: 'b' },
  ])
})
