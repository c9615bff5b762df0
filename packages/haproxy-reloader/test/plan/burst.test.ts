import t from 'tap'
import { burstReason } from '../../src/plan/burst.js'
import type { ServerOperation } from '../../src/plan/operation.js'

const server = (i: number) => ({
  name: `s${i}`,
  address: '10.0.0.1',
  port: 80,
  weight: 1,
  options: '',
})

/** The reason for these many additions that make a pool of this size. */
function additions(count: number, size: number): string | undefined {
  const operations = Array.from({ length: count }, (_, i): ServerOperation => {
    return { kind: 'add', pool: 'nodes', server: server(i) }
  })
  const servers = Array.from({ length: size }, (_, i) => server(i))
  return burstReason(operations, { text: '', pools: [{ name: 'nodes', servers }] })
}

t.test('a few changes are made at run time, whatever the size of the pool', async t => {
  for (const size of [1, 1000, 100_000]) t.equal(additions(1, size), undefined, String(size))
})

t.test('a burst into a large pool is a reload, and into an empty one it is not', async t => {
  t.match(additions(900, 9900), /^900 changes at run time would take some \d+ ms, a reload \d+ ms$/)
  t.equal(additions(900, 900), undefined)
})
