import { haproxyPlace, haproxyReleases, startHaproxy } from 'real-components'
import { createConnection } from 'node:net'
import { text } from 'node:stream/consumers'
import t from 'tap'

const releases = haproxyReleases()
const oldAndNew = ['2.6', '3.0']
const missing = oldAndNew.filter(version => !releases.some(release => release.version === version))

t.test(
  'the suites run on an old and a new HAProxy',
  { skip: missing.length > 0 && !process.env['CI'] && `no HAProxy ${missing.join(', ')} here` },
  t => {
    t.same(missing, [])
    t.end()
  },
)

for (const { version, program } of releases) {
  t.test(`HAProxy ${version} serves`, async t => {
    const place = haproxyPlace(t)
    const config = `global\n  stats socket ${place.runtimeSocket}\ndefaults\n  timeout connect 1s\n  timeout client 1s\n  timeout server 1s\n`
    await startHaproxy(t, place, config, program)
    const runtime = createConnection(place.runtimeSocket)
    runtime.end('show info\n')
    t.match(await text(runtime), `Version: ${version}`)
  })
}
