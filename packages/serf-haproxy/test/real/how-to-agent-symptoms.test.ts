import { chmodSync, chownSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { command } from 'haproxy-runtime'
import { missingProgram, until } from 'real-components'
import t from 'tap'
import { noNamespaces } from './cut-off-network.js'
import { goThroughSymptoms } from './how-to-symptoms.js'
import { openShell } from './shell.js'
import { fill, mountSmallDisk } from './small-disk.js'
import { configuration, startTroubledMachine, template } from './troubled-machine.js'

const skip = noNamespaces || missingProgram('serf', 'haproxy', 'setpriv', 'ss')

/** An agent whose clock is a day ahead. */
const clockAhead = `NODE_OPTIONS='--import=data:text/javascript,const%20now=Date.now;Date.now=()=>now()+864e5'`

t.test('symptoms of the agent and HAProxy look as on the page', { skip }, async t => {
  const shell = openShell(t, 'haproxy')
  const disk = join(shell.folder, 'lb/var/lib/serf-haproxy')
  mkdirSync(disk, { recursive: true })
  mountSmallDisk(t, disk)
  const { lb, web, edit, configure } = await startTroubledMachine(shell)
  const status = async () => (await lb.run('serf-haproxy status')).output
  const isOver = () => until('the end', async () => /following, ok/.test(await status()))
  const serf = lb.read('/etc/serf/serf.json')
  const sockets = ['/run/haproxy/admin.sock', '/run/haproxy-master.sock'].map(lb.place)
  let room: (() => void) | undefined
  const taken = shell.launch(
    `exec "${process.execPath}" -e "require('node:net').createServer().listen(8443, '127.0.0.5')"`,
  )

  await goThroughSymptoms(t, lb, 'The agent and HAProxy', {
    '`status` finds no agent': {
      provoke: () => lb.systemctl('stop', 'serf-haproxy'),
      cure: isOver,
    },
    'The agent is frozen': {
      provoke: () => lb.must('serf-haproxy freeze "maintenance until 18:00"'),
      async more() {
        t.match(
          (await lb.run('serf-haproxy explain web3')).output,
          /^ {2}no {3}the agent applies changes: expected following, got frozen: /m,
        )
      },
      cure: isOver,
    },
    'An edit has no effect': {
      provoke: () => configure(configuration.replace('role: web', 'rol: web')),
      cure: () => configure(configuration),
    },
    'HAProxy rejects the configuration': {
      provoke: () => edit(template.replace('default_backend web', 'default_backend wbe')),
      cure: () => edit(template),
    },
    'A change of the configuration is held': {
      provoke: () => configure(configuration.replace('role: web', 'role: wbe')),
      async cure() {
        await configure(configuration)
        await isOver()
      },
    },
    'HAProxy was changed by hand': {
      provoke: () => lb.runtime.batch([command.setMaintenance('web', 'web1')]),
      cure: isOver,
    },
    'A port is taken': {
      provoke: () => edit(template.replace('bind *:80\n', '$&  bind 10.0.0.5:8443\n')),
      async more() {
        t.match(await status(), /warning: .*(?:rolled-back|8443)/)
      },
      async cure() {
        await taken.stop()
        await edit(template)
        await isOver()
      },
    },
    'Permission denied on a socket': {
      async provoke() {
        for (const socket of sockets) chownSync(socket, 65_534, 65_534)
        for (const socket of sockets) chmodSync(socket, 0o600)
      },
      cure: () => lb.systemctl('restart', 'haproxy'),
    },
    'Serf does not answer': {
      provoke: () => lb.systemctl('stop', 'serf'),
      cure: isOver,
    },
    'Serf refuses the key': {
      async provoke() {
        const settings = JSON.parse(serf) as object
        lb.write('/etc/serf/serf.json', JSON.stringify({ ...settings, rpc_auth: 'secret' }))
        await lb.systemctl('restart', 'serf')
      },
      async cure() {
        lb.write('/etc/serf/serf.json', serf)
        await lb.systemctl('restart', 'serf')
        await isOver()
      },
    },
    'Two agents': { async provoke() {} },
    'The disk is full': {
      async provoke() {
        room = fill(disk)
        await web.web3.serf.stop('SIGINT')
      },
      async cure() {
        room?.()
        await isOver()
      },
    },
    'Times in the future': {
      async provoke() {
        await lb.systemctl('stop', 'serf-haproxy')
        const config = lb.place('/etc/serf-haproxy/serf-haproxy.yaml')
        const agent = shell.launch(`${clockAhead} exec serf-haproxy run --config ${config}`)
        await web.web3.startSerf()
        await lb.serves('web1', 'web2', 'web3')
        const tomorrow = new Date(Date.now() + 86_000_000).toISOString().slice(0, 10)
        await until('the generation', async () =>
          (await lb.run('serf-haproxy history')).output.includes(tomorrow),
        )
        await agent.stop()
        await lb.systemctl('start', 'serf-haproxy')
      },
      cure: isOver,
    },
  })
})
