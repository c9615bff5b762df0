import { missingProgram, temporaryFolder } from 'real-components'
import t from 'tap'
import { buildDeb } from './build-deb.js'
import { cannotMount, cleanRoot } from './clean-root.js'

const skip = cannotMount || missingProgram('dpkg-deb', 'systemd-analyze', 'haproxy')
const examples = '/usr/share/doc/serf-haproxy/examples'

/** The most exposure that `systemd-analyze security` may find, in tenths. */
const mostExposure = 25

t.test(
  'systemd takes the unit and the drop-ins, and finds the agent well confined',
  { skip },
  async t => {
    const root = await cleanRoot(t)
    const deb = root.add(buildDeb({ out: temporaryFolder(t) }))
    await root.must(`dpkg --install --force-depends ${deb}`)
    const verify = (unit: string) => root.run(`systemd-analyze verify --man=no ${unit}`)
    t.strictSame(await verify('serf-haproxy.service'), { code: 0, stdout: '', stderr: '' })
    const security = await root.run(
      `systemd-analyze security --offline=true --no-pager --threshold=${mostExposure} ` +
        '/usr/lib/systemd/system/serf-haproxy.service',
    )
    t.equal(security.code, 0, security.stdout.trim().split('\n').at(-1) ?? '')

    const before = await verify('haproxy.service')
    const dropIns = '/etc/systemd/system/haproxy.service.d'
    await root.must(`mkdir -p ${dropIns} && cp ${examples}/*.conf ${dropIns}`)
    t.strictSame(await verify('haproxy.service'), before)
  },
)
