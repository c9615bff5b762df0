import t from 'tap'
import { missingProgram } from 'real-components'
import { startDebian, startWebServer, type DebianMachine } from './debian-machine.js'
import { codeBlocks, commandsIn } from './page-blocks.js'
import { noNamespaces } from './cut-off-network.js'
import { openShell } from './shell.js'

const skip = noNamespaces || missingProgram('serf', 'haproxy', 'sha256sum')
const blocks = codeBlocks('several-balancers.md')
const [yaml] = blocks.filter(({ kind }) => kind === 'yaml')
const [serf] = blocks.filter(({ kind }) => kind === 'json')
const [start, compare, change, freeze, ...others] = blocks.filter(({ kind }) => kind === 'sh')

/** Sends one request; returns the server's name and the cookie for the next one. */
async function request({ url }: DebianMachine, cookie = ''): Promise<[string, string]> {
  const response = await fetch(url, { headers: { ...(cookie !== '' && { cookie }) } })
  const [given = ''] = (response.headers.get('set-cookie') ?? '').split(';')
  return [await response.text(), given]
}

t.test(
  'two load balancers follow one cluster, and a client keeps its server',
  { skip },
  async t => {
    t.same(others, [])
    const shell = openShell(t, 'haproxy')
    await startWebServer(shell, 'web1')
    const settings = JSON.parse(serf?.code ?? '') as object
    const both = [
      await startDebian(shell, { serf: settings }),
      await startDebian(shell, { name: 'lb2', serf: settings }),
    ]
    const [lb, lb2] = both as [DebianMachine, DebianMachine]
    const shown: string[] = []
    for (const machine of both) {
      machine.write('/etc/serf-haproxy/serf-haproxy.yaml', yaml?.code ?? '')
      shown.push(await machine.must(start?.code ?? ''))
    }
    t.match(shown, [/^Valid: [^]*following/, /^Valid: [^]*following/])
    const web2 = await startWebServer(shell, 'web2')
    for (const machine of both) await machine.serves('web1', 'web2')
    const [hash = '', members = ''] = commandsIn(compare?.code ?? '')
    t.match(await lb.must(hash), /^[0-9a-f]{64} /)
    // In the test the text has the machine's own folder and address.
    const texts = both.map(async machine => {
      const text = await machine.must(hash.replace(/ \|.*/, ''))
      return text.replace(new URL(machine.url).hostname, '0.0.0.0').replace(/\n +localpeer .*/, '')
    })
    t.equal(await texts[0], await texts[1])
    t.equal(await lb.must(members), await lb2.must(members))
    t.match(await lb.must(members), /^lb2 .*not-selected[^]*^web1 .*alive +serving/m)

    for (let i = 0; i < 4; i++) {
      const [name, cookie] = await request(i % 2 === 0 ? lb : lb2)
      t.match(cookie, /^SRV=/)
      for (const machine of both) t.same(await request(machine, cookie), [name, ''])
    }

    const freezing = (freeze?.code ?? '').trim().split('\n')
    for (const line of [...(change?.code ?? '').trim().split('\n'), freezing[0] ?? ''])
      t.match(await lb.run(line), { code: 0 }, line)
    await web2.serf.stop('SIGINT')
    await lb2.serves('web1')
    t.match(await lb.must((start?.code ?? '').split('\n')[4] ?? ''), /frozen: until/)
    await lb.serves('web1', 'web2')
    await lb.must(freezing[1] ?? '')
    await lb.serves('web1')
  },
)
