import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { defaultTemplate } from 'haproxy-config-render'
import { haproxyReleases, selfSigned, until } from 'real-components'
import t, { type Test } from 'tap'
import { runCommand } from '../run-command.js'
import { runAgent, skip, startPlace } from './agent-place.js'
import { blocksOf } from './page-blocks.js'
import { startWebServer } from './web-servers.js'

/** Starts HAProxy and an agent with a block of a how-to, after the how-to's commands; returns its requests. */
async function follow(t: Test, program: string, name: string, block: number) {
  const [yaml = ''] = blocksOf(name, 'yaml').slice(block)
  const [cookie = ''] = blocksOf(name, 'haproxy')
  const trusted = selfSigned('app.example.org')
  const place = await startPlace(t, {
    program,
    prepare(folder) {
      writeFileSync(join(folder, 'web-ca.pem'), trusted.certificate)
      const source = defaultTemplate.source.replace('backend {{name}}\n', `$&${cookie}`)
      writeFileSync(join(folder, 'haproxy.cfg.hbs'), source)
    },
  })
  const base = readFileSync(place.file, 'utf8').replace(/^pools:.*$/m, '')
  const own = yaml.replaceAll('/etc/haproxy', place.folder)
  writeFileSync(place.file, base.replace('pool: nodes', 'pool: web') + own)
  for (const line of blocksOf(name, 'sh').flatMap(each => each.trim().split('\n'))) {
    const [program, ...args] = line.replace('serf-haproxy.yaml', place.file).split(' ')
    t.equal(program, 'serf-haproxy')
    t.match(await runCommand(...args), { code: 0, stdout: /^Valid: / }, line)
  }
  const { tell } = runAgent(t, place.file)
  const isUp = async (name: string) => {
    // The first HAProxy has no such backend.
    const servers = await place.runtime.servers(['web']).catch(() => [])
    const server = servers.find(each => each.name === name)
    return server?.health === 'up' && server.admin === 'ready' && server.passedChecks > 0
  }
  const [, url = ''] = /bind: '([^']+)'/.exec(base) ?? []
  return {
    pem: { key: trusted.key, cert: trusted.certificate },
    async serve(ports: Readonly<Record<string, number>>) {
      const members = Object.entries(ports).map(([name, port]) => ({
        name,
        status: 'alive' as const,
        tags: { role: 'web', port: String(port) },
      }))
      tell(members)
      for (const { name } of members) await until(name, () => isUp(name))
    },
    get: (cookie = '') => fetch(`http://${url}`, { headers: cookie === '' ? {} : { cookie } }),
  }
}

const [{ version, program } = { version: '', program: '' }] = skip ? [] : haproxyReleases()

/** Returns the numbers of a how-to's blocks of YAML, of HAProxy and of commands. */
const count = (name: string) => ['yaml', 'haproxy', 'sh'].map(kind => blocksOf(name, kind).length)

t.test('the how-tos have the blocks that are tested here', async t => {
  t.strictSame(count('tls-to-servers.md'), [2, 0, 1])
  t.strictSame(count('sticky-sessions.md'), [2, 1, 1])
})

t.test(`TLS to servers, on HAProxy ${version}`, { skip }, async t => {
  const tls = await follow(t, program, 'tls-to-servers.md', 0)
  await tls.serve({ s1: await startWebServer(t, 'tls', 's1', tls.pem) })
  t.equal(await (await tls.get()).text(), 's1 2.0 app.example.org')
  const h2 = await follow(t, program, 'tls-to-servers.md', 1)
  await h2.serve({ s1: await startWebServer(t, 'h2c', 's1') })
  t.equal(await (await h2.get()).text(), 's1 2.0 -')
})

t.test(`sticky sessions, on HAProxy ${version}`, { skip }, async t => {
  for (const [block, value] of [/SRV=[0-9a-f]{16};/, /SRV=s[12];/].entries()) {
    const site = await follow(t, program, 'sticky-sessions.md', block)
    await site.serve({
      s1: await startWebServer(t, 'http', 's1'),
      s2: await startWebServer(t, 'http', 's2'),
    })
    const first = await site.get()
    const [cookie = ''] = (first.headers.get('set-cookie') ?? '').split(';')
    t.match(`${cookie};`, value)
    const answer = await first.text()
    for (let i = 0; i < 4; i++) t.equal(await (await site.get(cookie)).text(), answer)
  }
})
