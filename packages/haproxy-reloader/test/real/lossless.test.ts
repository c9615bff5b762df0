import { haproxyReleases, missingProgram } from 'real-components'
import t from 'tap'
import { measureLoss } from '../lost-request-meter.js'

t.test('there is a HAProxy', { skip: missingProgram('haproxy') }, async t => {
  t.ok(haproxyReleases().length > 0)
})

for (const { version, program } of haproxyReleases()) {
  t.test(`no request is lost to changes and reloads of HAProxy ${version}`, async t => {
    const report = await measureLoss(t, program, { changes: 30, reloads: 5 })
    t.match(report, { atRuntime: 30, reloads: 5 })
    for (const { requests, connections, lost } of [report.keepAlive, report.close]) {
      t.strictSame(lost, {})
      t.ok(requests > 100 && connections > 0, `${requests} requests, ${connections} connections`)
    }
  })
}
