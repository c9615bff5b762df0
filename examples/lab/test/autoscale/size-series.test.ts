import t from 'tap'
import { sizeSeries } from '../../src/autoscale/size-series.js'

const line = (more: object) =>
  `${JSON.stringify({ at: '2026-11-29T13:00:00.000Z', pool: 'nodes', actions: [], ...more })}\n`

t.test('each line is a point, with its orders in words', async t => {
  const actions = [{ kind: 'start' }, { kind: 'replace', member: 's1' }]
  const text = line({ healthy: 2, wanted: 3, actions }) + line({ doubt: 'frozen' })
  const at = Date.parse('2026-11-29T13:00:00.000Z')
  t.strictSame(sizeSeries(text), [
    { at, healthy: 2, wanted: 3, orders: ['start', 'replace s1'] },
    { at, healthy: undefined, wanted: undefined, orders: [] },
  ])
})

t.test('a line that is being written is left out', async t => {
  t.equal(sizeSeries(line({ healthy: 2 }) + '{"at":"2026').length, 1)
  t.strictSame(sizeSeries(''), [])
})
