import { deepStrictEqual } from 'node:assert'
import { assert, oneof, property, shuffledSubarray, subarray } from 'fast-check'
import t from 'tap'
import { changedServers } from '../../src/servers/changed-servers.js'
import { server } from '../fake-haproxy-setup.js'

const all = Array.from({ length: 60 }, (_, i) => server(`s${i}`))
const list = shuffledSubarray(all)

t.test('the changed servers are those that one list lacks, whatever the order', async () => {
  assert(
    property(oneof(subarray(all), list), oneof(subarray(all), list), (a, b) => {
      const { before, after } = changedServers(a, b)
      const without = (these: typeof a, those: typeof a) =>
        new Set(these.filter(each => !those.includes(each)))
      deepStrictEqual(new Set(before), without(a, b))
      deepStrictEqual(new Set(after), without(b, a))
    }),
    { numRuns: 100 },
  )
})
