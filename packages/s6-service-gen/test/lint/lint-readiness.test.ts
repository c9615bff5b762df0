import t from 'tap'
import { lintReadiness } from '../../src/lint/lint-readiness.js'
import { byHand } from '../source-by-hand.js'

const found = (run: string, files: Record<string, string> = {}) => {
  const service = { name: 'web', files: byHand({ run: `#!/bin/sh\n${run}\n`, ...files }) }
  return lintReadiness(service).map(each => `${each.field}: ${each.wanted}, got ${each.found}`)
}
const check = { 'data/check': '#!/bin/sh\n' }
const three = { 'notification-fd': '3\n' }

t.test('a program that tells readiness needs the file, whatever its options say', async t => {
  for (const run of ['exec s6-notifyoncheck -d web', 'exec s6-notifyoncheck -3 3 -d web'])
    t.same(found(run, check), [
      'notification-fd: the descriptor that s6-notifyoncheck tells readiness on, got nothing',
    ])
  t.match(found('exec s6-log -d3 t /log'), [/^notification-fd: .* s6-log tells/])
  t.same(found('exec s6-notifyoncheck -d web', { ...check, ...three }), [])
  t.same(found('exec s6-log -d3 t /log', three), [])
})

t.test('the option is the descriptor of the file', async t => {
  t.match(found('exec s6-log -b -d 4 t /log', three), [/^notification-fd: 4, .*got "3"$/])
  t.match(found('exec s6-notifyoncheck -3 5 \\\n  web', { ...check, ...three }), [/^notif.*: 5/])
  t.same(found('exec s6-log -d4 t /log 4>&3', three), [], 'a script may open one')
})

t.test('a check is a file, unless an option says it', async t => {
  t.match(found('exec s6-notifyoncheck web', three), [/^data\/check: /])
  t.same(found('exec s6-notifyoncheck -c "ping" web', three), [])
})

t.test('comments and names that only begin alike are not programs', async t => {
  t.same(found('# s6-notifyoncheck\nexec web # s6-log -d3'), [])
  t.same(found('exec s6-log t /log'), [])
  t.same(found('exec ./s6-notifyoncheck-like'), [])
})
