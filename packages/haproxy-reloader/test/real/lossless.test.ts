import { haproxyReleases, missingProgram } from 'real-components'
import t from 'tap'
import { clientKinds } from '../lossless-clients.js'
import { measureLoss } from '../lost-request-meter.js'

t.test('there is a HAProxy', { skip: missingProgram('haproxy') }, async t => {
  t.ok(haproxyReleases().length > 0)
})

for (const { version, program } of haproxyReleases()) {
  t.test(`no request is lost to changes and reloads of HAProxy ${version}`, async t => {
    const goal = { changes: 30, reloads: 5, requests: 5000 }
    const report = await measureLoss(t, program, goal)
    t.match(report, { atRuntime: 30, reloads: 5 })
    for (const kind of clientKinds) {
      const { requests, connections, lost } = report.kinds[kind]
      t.strictSame(lost, {}, kind)
      t.ok(requests > 100 && connections > 0, `${requests} requests, ${connections} connections`)
    }
  })
}
