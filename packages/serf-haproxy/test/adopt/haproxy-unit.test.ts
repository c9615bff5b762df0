import t, { type Test } from 'tap'
import { readHaproxyUnit } from '../../src/adopt/haproxy-unit.js'

/** Debian's unit and defaults, with the facts of its package. */
const debian = {
  lib: {
    systemd: {
      system: {
        'haproxy.service': `[Unit]
Description=HAProxy Load Balancer
ExecStart=/not/this -S /wrong.sock
[Service]
EnvironmentFile=-/etc/default/haproxy
EnvironmentFile=-/etc/sysconfig/haproxy
Environment="CONFIG=/etc/haproxy/haproxy.cfg" "PIDFILE=/run/haproxy.pid" "EXTRAOPTS=-S /run/haproxy-master.sock"
ExecStart=/usr/sbin/haproxy -Ws -f $CONFIG -p $PIDFILE $EXTRAOPTS
`,
      },
    },
  },
}

const unitIn = (t: Test, tree: Record<string, unknown>) =>
  readHaproxyUnit(t.testdir(tree as Parameters<typeof t.testdir>[0]))

t.test('Debian’s unit has the file and the master socket in its variables', async t => {
  t.match(unitIn(t, debian), {
    file: '/lib/systemd/system/haproxy.service',
    start: {
      files: ['/etc/haproxy/haproxy.cfg'],
      masterSocket: '/run/haproxy-master.sock',
      options: ['-Ws'],
    },
    environment: { CONFIG: '/etc/haproxy/haproxy.cfg' },
  })
})

t.test('/etc/default/haproxy wins over the unit', async t => {
  const haproxy = `# CONFIG="/no"
CONFIG="/srv/lb.cfg"
EXTRAOPTS="-S /run/m.sock,mode,660 -f /srv/conf.d"
`
  t.match(unitIn(t, { ...debian, etc: { default: { haproxy } } })?.start, {
    files: ['/srv/lb.cfg', '/srv/conf.d'],
    masterSocket: '/run/m.sock',
  })
})

t.test('drop-ins replace the command, in the order of their names', async t => {
  const system = {
    'haproxy.service.d': {
      '20-more.conf': '[Service]\nEnvironment=NAME=two\n',
      '10-start.conf':
        '[Service]\nEnvironment=NAME=one\nExecStart=\nExecStart=-/opt/haproxy -W \\\n  -f /opt/${NAME}.cfg -S unix@/run/o.sock\n',
      'readme.txt': '[Service]\nExecStart=\n',
    },
  }
  t.match(unitIn(t, { ...debian, etc: { systemd: { system } } })?.start, {
    files: ['/opt/two.cfg'],
    masterSocket: 'unix@/run/o.sock',
  })
})

t.test('a unit of the administrator replaces that of the package', async t => {
  const system = { 'haproxy.service': '[Service]\nExecStart=/usr/sbin/haproxy -f /a.cfg\n' }
  t.match(unitIn(t, { ...debian, etc: { systemd: { system } } }), {
    file: '/etc/systemd/system/haproxy.service',
    start: { files: ['/a.cfg'], masterSocket: undefined },
  })
})

t.test('without a unit, or with one that starts nothing, there is none', async t => {
  t.equal(unitIn(t, {}), undefined)
  const system = { 'haproxy.service': '[Service]\nExecStart=/usr/sbin/haproxy\nExecStart=\n' }
  t.equal(unitIn(t, { lib: { systemd: { system } } }), undefined)
})
