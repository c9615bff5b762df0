import { spawn, spawnSync } from 'node:child_process'
import { endProcess } from 'real-components'
import t from 'tap'
import { programOf, readRunningHaproxy } from '../../src/check/running-haproxy.js'

t.test('a process is read: words, environment, folder and executable', async t => {
  const cwd = t.testdir()
  const env = {
    MYPORT: '80',
    HAPROXY_MWORKER_REEXEC: '1',
    HAPROXY_LOCALPEER: 'x',
    HAPROXY_MINE: 'y',
  }
  const child = spawn('/bin/sleep', ['1000'], { cwd, env })
  t.teardown(() => endProcess(child))
  const found = await readRunningHaproxy(Number(child.pid))
  t.match(found, { cwd, args: ['1000'], binary: /\/sleep$/, problem: undefined })
  t.match(found.env, { MYPORT: '80', HAPROXY_MINE: 'y' })
  t.notOk(found.env?.['HAPROXY_MWORKER_REEXEC'])
  t.notOk(found.env?.['HAPROXY_LOCALPEER'], 'HAProxy sets it itself')
})

t.test('a process that is not there is a problem in words', async t => {
  const { pid } = spawnSync('true')
  t.same(await readRunningHaproxy(pid), { problem: `no process ${pid} is visible here` })
})

t.test('a program behind a dynamic loader starts again as its argv0', async t => {
  t.same(programOf(['/usr/sbin/haproxy', '-f', 'a']), {
    name: '/usr/sbin/haproxy',
    args: ['-f', 'a'],
    isLoader: false,
  })
  const loader = ['/r/lib/ld-linux-x86-64.so.2', '--library-path', '/r/lib']
  t.same(programOf([...loader, '--argv0', '/r/haproxy', '/r/sbin/haproxy', '-W']), {
    name: '/r/haproxy',
    args: ['-W'],
    isLoader: true,
  })
  t.match(programOf([...loader, '--inhibit-cache', '/r/sbin/haproxy', '-W']), {
    name: '/r/sbin/haproxy',
    args: ['-W'],
  })
})
