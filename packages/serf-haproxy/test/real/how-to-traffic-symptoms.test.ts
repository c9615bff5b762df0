import { missingProgram, until } from 'real-components'
import t from 'tap'
import { noNamespaces } from './cut-off-network.js'
import { shownPattern, textOf } from './page-blocks.js'
import { goThroughSymptoms } from './how-to-symptoms.js'
import { openShell } from './shell.js'
import { startTroubledMachine, template } from './troubled-machine.js'

const skip = noNamespaces || missingProgram('serf', 'haproxy')

/** Lines of `explain` that the page has in its table. */
const lines = [...textOf('troubleshooting.md').matchAll(/^\| `(no .*?)` /gm)].map(
  ([, line = '']) => line,
)

t.test('symptoms of members and traffic look as on the page', { skip }, async t => {
  const shell = openShell(t, 'haproxy')
  const { lb, web, tags, edit } = await startTroubledMachine(shell)
  const everything = () => lb.serves('web1', 'web2', 'web3')
  const explains = (line: string) =>
    until(line, async () =>
      shownPattern(`  ${line}`).test((await lb.run('serf-haproxy explain web3')).output),
    )
  t.equal(lines.length, 4)
  const [, port = '', check = '', left = ''] = lines

  await goThroughSymptoms(t, lb, 'Members and traffic', {
    'A member gets no traffic': {
      provoke: () => tags('role=wbe'),
      async more() {
        await tags('role=web', 'port=http')
        await explains(port)
        await tags('port=3001')
        await explains(check)
        await web.web3.serf.stop('SIGINT')
        await explains(left)
        web.web3.serf = await web.web3.startSerf()
      },
      cure: everything,
    },
    'A member that left still gets traffic': {
      provoke: () => web.web3.serf.stop('SIGKILL'),
      async cure() {
        await lb.serves('web1', 'web2')
        web.web3.serf = await web.web3.startSerf()
        await everything()
      },
    },
    'Removals are held': {
      async provoke() {
        const settings = lb.read('/etc/serf/serf.json')
        lb.write('/etc/serf/serf.json', settings.replace(/"retry_join":\[.*?\],/, ''))
        await lb.systemctl('restart', 'serf')
      },
      cure: () =>
        until('the end of the hold', async () =>
          /following, ok/.test((await lb.run('serf-haproxy status')).output),
        ),
    },
    'HAProxy answers 503': {
      async provoke() {
        for (const each of Object.values(web)) await each.application.stop()
        await until('503', async () => (await fetch(lb.url)).status === 503)
      },
      async cure() {
        for (const each of Object.values(web)) each.application = await each.startApplication()
        await everything()
      },
    },
    'Sticky sessions are lost': {
      provoke: () =>
        edit(template.replace('\nbackend web\n', '$&  cookie SRV insert indirect nocache\n')),
      cure: () => edit(template),
    },
    'HAProxy reloads too often': {
      async provoke() {
        await web.web3.serf.stop('SIGINT')
        await lb.serves('web1', 'web2')
        await edit(template.replace('\nbackend web\n', '$&  balance static-rr\n'))
        await until('the template', () =>
          lb.read('/var/lib/serf-haproxy/haproxy.cfg').includes('static-rr'),
        )
        web.web3.serf = await web.web3.startSerf()
      },
      cure: everything,
    },
  })
})
