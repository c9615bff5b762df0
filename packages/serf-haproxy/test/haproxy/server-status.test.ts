import t from 'tap'
import { healthOf, isHealthy } from '../../src/haproxy/server-status.js'

/** Each status that HAProxy writes, its health, and whether a finished check makes it healthy. */
const table: readonly [string, 'up' | 'down' | undefined, boolean][] = [
  ['UP', 'up', true],
  ['UP 1/3', 'up', true],
  ['DOWN', 'down', false],
  ['DOWN 1/2', 'down', false],
  ['DOWN (agent)', 'down', false],
  ['NOLB', 'down', false],
  ['NOLB 2/3', 'down', false],
  ['MAINT', 'down', false],
  ['MAINT (via web/s1)', 'down', false],
  ['MAINT (resolution)', 'down', false],
  ['DRAIN', 'up', true],
  ['DRAIN 1/3', 'up', true],
  ['DRAIN (agent)', 'up', true],
  ['no check', 'up', true],
]

t.test('every status of HAProxy has one health', async t => {
  for (const [status, health] of table) t.equal(healthOf(status), health, status)
})

t.test('a text that is no status of HAProxy has no health', async t => {
  for (const status of ['', 'up', 'UPPER', 'DOWNED', 'no', 'no checks', ' UP', 'not seen yet'])
    t.equal(healthOf(status), undefined, status)
})

t.test('a server is healthy only after a check, if it is checked', async t => {
  for (const [status, , healthy] of table) {
    t.equal(isHealthy({ status, check: 'L7OK' }), healthy, `${status}, checked`)
    t.equal(isHealthy({ status, check: '' }), status === 'no check', `${status}, not yet checked`)
  }
  t.equal(isHealthy({ status: '', check: 'L7OK' }), false)
})
