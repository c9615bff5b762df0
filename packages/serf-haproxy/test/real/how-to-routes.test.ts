import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort, haproxyReleases, until } from 'real-components'
import t, { type Test } from 'tap'
import { loadConfiguration } from '../../src/configuration/load-configuration.js'
import { runCommand } from '../run-command.js'
import { skip } from './agent-place.js'
import { blocksOf } from './page-blocks.js'
import { startSite } from './site.js'
import { startWebServer } from './web-servers.js'

const guide = 'routes-and-maps.md'
const blocks = (kind: string) => blocksOf(guide, kind)

/** Returns a block of the how-to for a place: with its folder and address. */
function placed(block = '', { folder, bind = '' }: { folder: string; bind?: string }): string {
  return block.replaceAll('/etc/haproxy', folder).replaceAll('0.0.0.0:80', bind)
}

/** Follows a block of YAML: writes the files, runs its commands, and starts the agent. */
async function follow(
  t: Test,
  program: string,
  block: number,
  files: Readonly<Record<string, string | undefined>> = {},
) {
  const bind = `127.0.0.1:${await freePort('127.0.0.1')}`
  const edit = (yaml: string, folder: string) => {
    const own = placed(blocks('yaml')[block], { folder, bind })
    return yaml.replace(/^frontends: [^]*?\n(?=reconcileMs)/m, () => own)
  }
  const site = await startSite(t, edit, {
    program,
    prepare(folder) {
      for (const [name, text] of Object.entries(files))
        writeFileSync(join(folder, name), placed(text, { folder, bind }))
    },
  })
  const commands = blocks('sh')[block]?.trim().split('\n') ?? []
  for (const line of commands) {
    const [name, ...args] = placed(line.replace('serf-haproxy.yaml', site.file), site).split(' ')
    t.equal(name, 'serf-haproxy')
    t.match(await runCommand(...args), { code: 0, stderr: '' }, line)
  }
  return site
}

const [{ version, program } = { version: '', program: '' }] = skip ? [] : haproxyReleases()

t.test('the how-to has the blocks that are tested here', async t => {
  t.strictSame(
    ['yaml', 'text', 'sh'].map(kind => blocks(kind).length),
    [3, 5, 2],
  )
})

t.test(`routes by map, on HAProxy ${version}`, { skip }, async t => {
  const site = await follow(t, program, 0)
  site.join('w1', await startWebServer(t, 'http', 'w1'), { role: 'web' })
  const port = await startWebServer(t, 'http', 's1')
  site.join('s1', port, { role: 'shop', host: 'toys.example.org' })
  await until('a host', async () => (await site.get('toys.example.org')) === 's1')
  const pid = await site.pid()
  site.join('s1', port, { role: 'shop', host: 'books.example.org' })
  await until('a new host', async () => (await site.get('books.example.org')) === 's1')
  await until('the others', async () => (await site.get('toys.example.org')) === 'w1')
  t.equal(await site.pid(), pid, 'without a reload')
})

t.test(`a map, a list and a partial, on HAProxy ${version}`, { skip }, async t => {
  const [template, backend, hosts, admins] = blocks('text')
  const site = await follow(t, program, 1, {
    'haproxy.cfg.hbs': template,
    'backend.hbs': backend,
    'hosts.map.hbs': hosts,
    'admins.acl.hbs': admins,
  })
  const port = await startWebServer(t, 'http', 'w1')
  site.join('w1', port, { role: 'web', host: 'a.example.org' })
  await until('a host', async () => (await site.get('a.example.org')) === 'w1')
  t.equal(await site.get('b.example.org'), '404')
  t.equal(await site.get('a.example.org', '/admin'), '403')
  const pid = await site.pid()
  site.join('admin', 22, { role: 'admin' })
  await until('an admin', async () => (await site.get('a.example.org', '/admin')) === 'w1')
  const admin = () => site.agent.state().members.find(({ name }) => name === 'admin')
  await until('its state', () => admin()?.standing === 'serving')
  t.strictSame(admin()?.pools, ['admins'])
  site.join('w1', port, { role: 'web', host: 'b.example.org' })
  await until('a new host', async () => (await site.get('b.example.org')) === 'w1')
  t.equal(await site.get('a.example.org'), '404')
  t.equal(await site.pid(), pid, 'without a reload')
  t.match(await site.agent.plan(), { kind: 'noop', difference: '' })
})

t.test(`a second configuration file, on HAProxy ${version}`, { skip }, async t => {
  const port = await freePort('127.0.0.1')
  const statistics = blocks('text').at(-1)?.replace(':1936', `:${port}`) ?? ''
  const site = await startSite(t, yaml => yaml, {
    program,
    args: '-f FOLDER/stats.cfg',
    prepare: folder => writeFileSync(join(folder, 'stats.cfg.hbs'), statistics),
    more: placed(blocks('yaml')[2], { folder: 'FOLDER' }),
  })
  const load = () => loadConfiguration(site.file)
  const status = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).status
  await until('the statistics', async () => (await status('/stats')) === 200)
  const pid = await site.pid()
  const before = readFileSync(site.file, 'utf8')
  writeFileSync(site.file, before.replace('statsUri: /stats', 'statsUri: /other'))
  t.equal(await site.agent.configure(load), undefined)
  await until('the new text', async () => (await status('/other').catch(() => 0)) === 200)
  t.not(await site.pid(), pid, 'by a reload')
  t.match(site.text('stats.cfg'), 'stats uri /other')
  writeFileSync(join(site.folder, 'stats.cfg.hbs'), statistics.replace('stats uri', 'stats urx'))
  t.match(await site.agent.configure(load), /HAProxy rejects its rendering: [^]*stats\.cfg:6/)
  t.match(site.text('stats.cfg'), 'stats uri /other', 'the file stays')
  t.equal(await status('/other'), 200)
})
