import t from 'tap'
import { parseDescription } from '../../src/description/parse-description.js'
import { withoutBundles } from '../../src/description/start-order.js'

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

t.test('a dependency that is not there is told, with those that are', async t => {
  t.throws(() => parseDescription({ ...web({ after: ['data'] }), db: { run: 'x' } }), {
    code: 'unknown-dependency',
    message: 'service web, after: expected one of: web, db, got data',
  })
  t.throws(() => parseDescription(web({ after: ['toString'] })), { code: 'unknown-dependency' })
})

t.test('a cycle is told with the way round, through bundles too', async t => {
  const cycles: readonly (readonly [Record<string, string[]>, RegExp])[] = [
    [{ a: ['a'] }, /^service a, after: .*got a cycle, a → a$/],
    [{ a: ['b'], b: ['a'] }, /got a cycle, a → b → a$/],
    [{ a: ['b'], b: ['c'], c: ['d'], d: ['b'] }, /got a cycle, b → c → d → b$/],
    [{ free: [], a: ['free', 'z'], z: ['free', 'a'] }, /got a cycle, a → z → a$/],
  ]
  for (const [after, message] of cycles) {
    t.throws(() => waiting(after), { code: 'dependency-cycle', message })
  }
  const bundled = { all: { contents: ['web'] }, ...web({ after: ['all'] }) }
  t.throws(() => parseDescription(bundled), {
    code: 'dependency-cycle',
    message: /^service all, contents: .*got a cycle, all → web → all$/,
  })
})

t.test('the name that a log has in s6-rc is taken', async t => {
  for (const name of ['web-log', 'web-pipeline']) {
    t.throws(() => parseDescription({ ...web({ log: '/log' }), [name]: { run: 'x' } }), {
      code: 'invalid-description',
      message: `service ${name}: expected another name, got the one that the log of web has in s6-rc`,
    })
    t.ok(parseDescription({ ...web(), [name]: { run: 'x' } }))
  }
})
