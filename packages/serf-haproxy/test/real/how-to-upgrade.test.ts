import { chmodSync, copyFileSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { haproxyReleases, missingProgram, until } from 'real-components'
import t from 'tap'
import { bin } from '../run-command.js'
import { noNamespaces } from './cut-off-network.js'
import type { DebianMachine } from './debian-machine.js'
import { codeBlocks, commandsIn } from './page-blocks.js'
import { openShell } from './shell.js'
import { startTraffic } from './traffic.js'
import { startTroubledMachine } from './troubled-machine.js'

const skip = noNamespaces || missingProgram('serf', 'haproxy')
const blocks = codeBlocks('upgrade.md').filter(({ kind }) => kind === 'sh')
const [before = '', freeze = '', installAgent = '', thaw = '', ...more] = blocks.map(
  ({ code }) => code,
)
const [checkNew = '', installHaproxy = '', look = '', restart = '', ...others] = more
const [serfOfBalancer = '', serfOfWebServer = '', ...rest] = others

const [installed, newer = installed] = skip ? [] : haproxyReleases()

/** Copies a program into the machine. */
function add(lb: DebianMachine, program: string, path: string): void {
  mkdirSync(dirname(lb.place(path)), { recursive: true })
  copyFileSync(program, lb.place(path))
  chmodSync(lb.place(path), 0o755)
}

/** Writes a script in place of a program that needs a registry. */
function writeInstaller(lb: DebianMachine, name: string, script: string): void {
  lb.write(`/usr/sbin/${name}`, `#!/bin/sh\n${script}\n`)
  chmodSync(lb.place(`/usr/sbin/${name}`), 0o755)
}

t.test('the page has the commands that are tested here', async t => {
  t.same(rest, [])
  t.match(serfOfWebServer, /^apt install serf\nsystemctl restart serf\n$/)
})

t.test('upgrades of all parts lose no request', { skip }, async t => {
  const shell = openShell(t, 'haproxy')
  const path = (await shell.run('command -v haproxy')).output.trim()
  const { lb, web } = await startTroubledMachine(shell, machine => {
    add(machine, path, '/usr/sbin/haproxy')
    add(machine, path, '/opt/haproxy-old/haproxy')
    add(
      machine,
      newer?.program === 'haproxy' ? path : (newer?.program ?? ''),
      '/opt/haproxy-new/haproxy',
    )
    writeInstaller(
      machine,
      'apt',
      '[ "$2" = serf ] || install -m 755 /opt/haproxy-new/haproxy /usr/sbin/haproxy',
    )
    writeInstaller(machine, 'npm', `ln -s ${bin} /usr/sbin/serf-haproxy`)
  })
  const worker = async () => (await lb.runtime.info()).pid
  const release = async () => (await lb.runtime.info()).version
  const traffic = startTraffic(lb.url)
  const first = await worker()
  t.match(await lb.must(before), /plan: nothing/)

  await lb.must(freeze)
  // Members that come and go while it is frozen wait.
  await web.web3.serf.stop('SIGINT')
  await lb.must(installAgent)
  const waiting = await lb.must(thaw)
  t.match(
    waiting,
    /agent: frozen: [^]*\(upgrade of serf-haproxy\)\nplan: 1 change at run time[^]*web\/web3/,
  )
  await lb.serves('web1', 'web2')
  t.equal(await worker(), first, 'without a reload')

  t.match(await lb.must(checkNew), /^Valid: /)
  const master = lb.read('/run/haproxy.pid')
  const [install = '', reload = ''] = commandsIn(installHaproxy)
  await lb.must(install)
  if (newer !== installed)
    t.match(
      (await lb.run('serf-haproxy doctor')).output,
      /the running worker is .*, but .* validates/,
    )
  await lb.must(reload)
  await until('the new release', async () => (await release()).startsWith(newer?.version ?? ''))
  await until('the version', async () => {
    const { output } = await lb.run(look)
    return new RegExp(
      `^HAProxy +${newer?.version}[^]*^ok +HAProxy: .* is ${newer?.version}`,
      'm',
    ).test(output)
  })
  t.equal(lb.read('/run/haproxy.pid'), master, 'the master is the same process')
  await web.web3.startSerf()
  await lb.serves('web1', 'web2', 'web3')

  await lb.must(serfOfBalancer)
  await web.web2.serf.stop('SIGINT')
  await lb.serves('web1', 'web3')
  await web.web2.startSerf()
  await lb.serves('web1', 'web2', 'web3')

  // The way back.
  await lb.must(
    'install -m 755 /opt/haproxy-old/haproxy /usr/sbin/haproxy\nsystemctl reload haproxy',
  )
  await until('the old release', async () => (await release()).startsWith(installed?.version ?? ''))
  await lb.serves('web1', 'web2', 'web3')
  const { requests, failures } = await traffic.stop()
  t.same(failures, [], `${requests} requests`)

  await lb.must(restart)
  await lb.serves('web1', 'web2', 'web3')
  await until('the agent', async () => /following, ok/.test(await lb.must('serf-haproxy status')))
})
