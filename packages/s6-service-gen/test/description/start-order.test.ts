import t from 'tap'
import { parseDescription } from '../../src/description/parse-description.js'
import { startOrder, withoutBundles } from '../../src/description/start-order.js'

/** A service with some fields beside its command. */
const web = (fields: object = {}) => ({ web: { run: 'exec web', ...fields } })

/** Services that have nothing but what they wait for. */
const waiting = (after: Readonly<Record<string, readonly string[]>>) =>
  withoutBundles(
    parseDescription(
      Object.fromEntries(
        Object.entries(after).map(([name, names]) => [name, { run: 'x', after: names }]),
      ),
    ),
  )

t.test('services start in ranks, each after those it waits for', async t => {
  t.strictSame(startOrder(waiting({})), [])
  t.strictSame(startOrder(waiting({ b: [], a: [] })), [['a', 'b']])
  t.strictSame(startOrder(waiting({ e: ['c', 'a'], d: ['c'], c: ['b', 'a'], b: [], a: [] })), [
    ['a', 'b'],
    ['c'],
    ['d', 'e'],
  ])
  t.strictSame(startOrder(waiting({ a: ['b', 'b'], b: [] })), [['b'], ['a']])
})

t.test('a bundle stands for its services, whatever is in between', async t => {
  const services = parseDescription({
    ...web({ after: ['all', 'db'] }),
    all: { contents: ['some', 'cache'] },
    some: { contents: ['db'] },
    db: { run: 'x' },
    cache: { run: 'x' },
  })
  t.strictSame(withoutBundles(services)['web']?.after.toSorted(), ['cache', 'db'])
  t.strictSame(startOrder(withoutBundles(services)), [['cache', 'db'], ['web']])
})
