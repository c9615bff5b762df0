import { chmodSync, writeFileSync } from 'node:fs'
import t, { type Test } from 'tap'
import { missingProgram, until } from 'real-components'
import { noNamespaces } from './cut-off-network.js'
import { startDebian, startWebServer, type DebianMachine } from './debian-machine.js'
import { codeBlocks, commandsIn } from './page-blocks.js'
import { openShell } from './shell.js'
import { startTraffic } from './traffic.js'

const skip = noNamespaces || missingProgram('serf', 'haproxy')
const blocks = codeBlocks('from-consul-template.md')
const code = (kind: string) => blocks.filter(each => each.kind === kind).map(each => each.code)
const [consulTemplate = '', ...moreTexts] = code('text')
const [template = '', rendered = '', ...moreRendered] = code('haproxy')
const [serf = '', ...moreSettings] = code('json')
const [values = '', ...moreValues] = code('yaml')
const [adopt = '', look = '', start = '', back = '', ...moreCommands] = code('sh')

t.test('the page has the blocks that are tested here', async t => {
  t.same([moreTexts, moreRendered, moreSettings, moreValues, moreCommands].flat(), [])
})

/** In place of consul-template, which is not here: its start writes the rendered file. */
const systemctl = `#!/bin/sh
[ "$*" = 'start consul-template' ] || exit 0
cp /etc/haproxy/rendered.cfg /etc/haproxy/haproxy.cfg
kill -USR2 "$(cat /run/haproxy.pid)"
`

const configFile = '/etc/haproxy/haproxy.cfg'

/** Starts what the page begins with: HAProxy with the rendered file, and Serf on all machines. */
async function startBefore(t: Test) {
  const shell = openShell(t, 'haproxy')
  const lb = await startDebian(shell, { configFile })
  for (const name of [configFile, '/etc/haproxy/rendered.cfg']) lb.write(name, rendered)
  lb.write('/usr/sbin/systemctl', systemctl)
  chmodSync(lb.place('/usr/sbin/systemctl'), 0o755)
  const settings = JSON.parse(serf) as object
  await startWebServer(shell, 'web1', settings)
  const web2 = await startWebServer(shell, 'web2')
  await lb.systemctl('start', 'haproxy')
  await lb.serves('web1', 'web2')
  return { shell, lb, web2 }
}

/** Resolves when the check has both members; its last output is in the error otherwise. */
async function untilBothAreKnown(lb: DebianMachine, check: string): Promise<void> {
  let output = ''
  await until('the members', async () => {
    output = (await lb.run(check)).output
    return output.includes('with 2 servers')
  }).catch((cause: unknown) => {
    throw new Error(output, { cause })
  })
}

t.test('consul-template is replaced without a failed request, and back', { skip }, async t => {
  const { shell, lb, web2 } = await startBefore(t)
  const traffic = startTraffic(lb.url)
  await lb.must(adopt)
  const [check = '', plan = ''] = commandsIn(look)
  await untilBothAreKnown(lb, check)
  t.match(await lb.run(plan), { code: 1, output: /^plan: a reload /m })
  const [startAgent = '', stopOther = '', status = ''] = commandsIn(start)
  await lb.must(startAgent)
  await lb.serves('web1', 'web2')
  // Both run for a moment: the agent corrects what the other one writes.
  lb.write('/etc/haproxy/rendered.cfg', rendered.replace(/ {2}server web2 .*\n/, ''))
  await lb.must('systemctl start consul-template')
  await until('the file', () => lb.read(configFile).includes('server web2 '))
  await lb.serves('web1', 'web2')
  await lb.must(stopOther)
  t.match(await lb.must(status), /following/)

  const { pid } = await lb.runtime.info()
  await startWebServer(shell, 'web3')
  await lb.serves('web1', 'web2', 'web3')
  await web2.serf.stop('SIGINT')
  await lb.serves('web1', 'web3')
  t.equal((await lb.runtime.info()).pid, pid, 'without a reload')

  lb.write('/etc/haproxy/rendered.cfg', rendered)
  await lb.must(back)
  await lb.serves('web1', 'web2')
  const { requests, failures } = await traffic.stop()
  t.same(failures, [], `${requests} requests`)
})

t.test(
  'the template of the page is used, and that of consul-template is refused',
  { skip },
  async t => {
    const { lb } = await startBefore(t)
    await lb.must(adopt)
    const check = commandsIn(look)[0] ?? ''
    lb.write('/etc/serf-haproxy/haproxy.cfg.hbs', consulTemplate)
    t.match(await lb.run(check), { code: 2, output: /haproxy\.cfg\.hbs:\d+:\d+: / })
    lb.write('/etc/serf-haproxy/haproxy.cfg.hbs', template)
    const yaml = '/etc/serf-haproxy/serf-haproxy.yaml'
    writeFileSync(lb.place(yaml), `${lb.read(yaml)}${values}`)
    await untilBothAreKnown(lb, check)
    await lb.must('systemctl start serf-haproxy')
    await lb.serves('web1', 'web2')
    await until('the file', () => lb.read(configFile).includes('server web2 '))
    const withoutServers = (file: string) => lb.read(file).replaceAll(/^ {2}server .*\n/gm, '')
    t.equal(withoutServers(configFile), withoutServers('/etc/haproxy/rendered.cfg'))
  },
)
