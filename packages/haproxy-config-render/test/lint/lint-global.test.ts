import t from 'tap'
import type { LintOptions } from '../../src/lint/lint-rule.js'
import { clean, found, without } from './clean-configuration.js'

const socket = 'stats socket /run/x.sock mode 600 level admin'

t.test('each problem of the global section has its code and line', async t => {
  const problems: readonly (readonly [string, readonly string[], LintOptions?])[] = [
    [without('hard-stop-after 60s'), ['missing-hard-stop 1']],
    [clean.replace('after 60s', 'after 0'), ['missing-hard-stop 3']],
    [without(socket), ['missing-admin-socket 1']],
    [clean, ['too-many-connections 4'], { openFiles: 1024 }],
    ['', ['missing-hard-stop 1', 'missing-admin-socket 1']],
  ]
  for (const [text, expected, options] of problems) {
    t.strictSame(found(text, options), expected, text.slice(-60))
  }
})

t.test('all global sections count, each setting as HAProxy reads it', async t => {
  const split = without('hard-stop-after 60s').replace(`  ${socket}\n`, '')
  t.strictSame(found(`${split}global\n  ${socket}\n  hard-stop-after 60s\n`), [])
  t.strictSame(found(`${clean}global\n  hard-stop-after 0s\n`), ['missing-hard-stop 20'])
  const twice = `${clean}global\n  maxconn 1\n`
  t.strictSame(found(twice, { openFiles: 1024 }), ['too-many-connections 4'])
  t.strictSame(
    found(`${twice.replace('maxconn 1000', 'maxconn 10')}  maxconn 9999\n`, { openFiles: 1024 }),
    [],
  )
})

/** Returns whether a socket with these words has the level admin. */
const isAdmin = (words: string) =>
  !found(clean.replace(socket, `stats socket /run/x.sock ${words}`)).includes(
    'missing-admin-socket 1',
  )

t.test('the level of a socket is read by its place', async t => {
  for (const words of ['level admin', 'level user level admin', 'user root level admin mode 600']) {
    t.ok(isAdmin(words), words)
  }
  for (const words of ['', 'name admin level operator', 'level admin level user', 'user admin']) {
    t.notOk(isAdmin(words), words)
  }
})
