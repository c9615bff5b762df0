import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { defaultTemplate } from 'haproxy-config-render'
import { haproxyReleases, selfSigned, until } from 'real-components'
import t, { type Test } from 'tap'
import { runAgent, skip, startPlace } from './agent-place.js'
import type { FakeMember } from './fake-membership.js'
import { startWebServer } from './web-servers.js'

/** Starts HAProxy and an agent whose pool has these fields beside its own. */
async function start(
  t: Test,
  program: string,
  fields: string,
  { template, ...options }: Parameters<typeof startPlace>[1] & { readonly template?: string } = {},
) {
  const place = await startPlace(t, { program, ...options })
  const yaml = readFileSync(place.file, 'utf8')
  const own = fields.replaceAll('FOLDER', place.folder)
  const more = template === undefined ? '' : `template: ${template}\n`
  writeFileSync(place.file, yaml.replace('role: backend', `$&, ${own}`) + more)
  const { agent, tell } = runAgent(t, place.file)
  const members = new Map<string, FakeMember>()
  const publish = () => tell([...members.values()])
  publish()
  const [, bind = ''] = /bind: '([^']+)'/.exec(yaml) ?? []
  const url = `http://${bind}`
  return {
    ...place,
    agent,
    /** Adds a member, or changes its tags. */
    join(name: string, port: number, tags: Readonly<Record<string, string>> = {}) {
      members.set(name, { name, status: 'alive', tags: { port: String(port), ...tags } })
      publish()
    },
    leave(name: string) {
      members.set(name, { name, status: 'left' })
      publish()
    },
    async isUp(name: string) {
      const server = (await place.servers()).find(each => each.name === name)
      return server?.health === 'up' && server.admin === 'ready' && server.passedChecks > 0
    },
    pid: async () => (await place.runtime.info()).pid,
    /** Requests the site; returns the answer. */
    get: async (cookie = '') =>
      (await fetch(url, { headers: cookie === '' ? {} : { cookie } })).text(),
    /** Requests the site as a new client; returns its cookie. */
    cookie: async () => /SRV=([^;]+)/.exec((await fetch(url)).headers.get('set-cookie') ?? '')?.[1],
    text: () => readFileSync(place.configFile, 'utf8'),
  }
}

for (const { version, program } of skip ? [] : haproxyReleases()) {
  const test = (title: string, run: (t: Test) => Promise<void>) =>
    t.test(`HAProxy ${version}: ${title}`, run)

  test('TLS to servers is verified, and a member joins without a reload', async t => {
    const [good, bad] = [selfSigned('app.example'), selfSigned('app.example')]
    const other = selfSigned('other.example')
    const site = await start(
      t,
      program,
      `server: { ssl: true, verify: required, ca-file: FOLDER/ca.pem, sni: 'str(app.example)', alpn: 'h2,http/1.1', ssl-min-ver: TLSv1.2 }`,
      {
        prepare: folder =>
          writeFileSync(join(folder, 'ca.pem'), good.certificate + other.certificate),
      },
    )
    const pem = { key: good.key, cert: good.certificate }
    site.join('s1', await startWebServer(t, 'tls', 's1', pem))
    await until('the first server', () => site.isUp('s1'))
    t.equal(await site.get(), 's1 2.0 app.example')
    // HAProxy reads the file of `ca-file` when it starts with the first server that names it.
    const pid = await site.pid()
    site.join('s2', await startWebServer(t, 'tls', 's2', pem))
    await until('the second server', () => site.isUp('s2'))
    await until('its traffic', async () => (await site.get()) === 's2 2.0 app.example')
    const wrong = { key: bad.key, cert: bad.certificate }
    site.join('s3', await startWebServer(t, 'tls', 's3', wrong))
    const misnamed = { key: other.key, cert: other.certificate }
    site.join('s4', await startWebServer(t, 'tls', 's4', misnamed))
    await until('four servers', async () => (await site.servers()).length === 4)
    const answers = await Promise.all(Array.from({ length: 20 }, () => site.get()))
    t.notMatch(answers.join(), /s[34]|503/, 'one with another certificate gets no request')
    for (const name of ['s3', 's4']) t.equal(await site.isUp(name), false, name)
    t.equal(await site.pid(), pid, 'without a reload')
  })

  test('a server speaks HTTP/2 without TLS', async t => {
    const site = await start(
      t,
      program,
      'healthCheckHost: app.example, server: { proto: { tag: proto, default: h2 } }',
    )
    site.join('s1', await startWebServer(t, 'h2c', 's1'))
    await until('the first server', () => site.isUp('s1'))
    t.equal(await site.get(), 's1 2.0 -')
    const pid = await site.pid()
    site.join('s2', await startWebServer(t, 'h2c', 's2'))
    await until('the second server', () => site.isUp('s2'))
    await until('its traffic', async () => (await site.get()) === 's2 2.0 -')
    site.join('s3', await startWebServer(t, 'http', 's3'), { proto: 'h1' })
    await until('a server with HTTP/1.1', async () => (await site.get()) === 's3 1.1 -')
    t.equal(await site.pid(), pid, 'without a reload')
  })

  test('a server gets the PROXY protocol, also from its check', async t => {
    const site = await start(t, program, 'server: { send-proxy-v2: true }')
    for (const name of ['s1', 's2']) {
      site.join(name, await startWebServer(t, 'proxy', name))
      await until(name, () => site.isUp(name))
      await until('its traffic', async () => new RegExp(`^${name} 1.1 127`).test(await site.get()))
    }
  })

  test('the maxconn of a tag changes without a reload', async t => {
    const site = await start(t, program, 'server: { maxconn: { tag: limit, default: 50 } }')
    const limit = async (name: string) => {
      const [shown] = await site.runtime.batch([{ text: 'show stat nodes 4 -1', done: /slim/ }])
      const [head = [], ...rows] = (shown?.reply ?? '').split('\n').map(row => row.split(','))
      return rows.find(row => row[1] === name)?.[head.indexOf('slim')]
    }
    const port = await startWebServer(t, 'http', 's1')
    site.join('s1', port)
    await until('the default', async () => (await limit('s1')) === '50')
    const pid = await site.pid()
    site.join('s1', port, { limit: '7' })
    await until('the tag', async () => (await limit('s1')) === '7')
    await until('the file', () => / maxconn 7\n/.test(site.text()))
    t.equal(await site.pid(), pid, 'without a reload')
    site.join('s2', await startWebServer(t, 'http', 's2'))
    await until('another server', () => site.isUp('s2'))
    site.join('s1', port, { limit: '7 backup' })
    await until('the finding', () => site.agent.state().quarantined.length > 0)
    t.match(site.agent.state().quarantined, [
      { member: 's1', code: 'tag', reason: /got "7 backup"/ },
    ])
  })

  test('clients stay with their server while others join, leave, and HAProxy reloads', async t => {
    const source = defaultTemplate.source.replace(
      '  option allbackups',
      '  cookie SRV insert indirect nocache\n$&',
    )
    const site = await start(t, program, 'server: { cookie: name }', {
      prepare: folder => writeFileSync(join(folder, 'sticky.hbs'), source),
      template: 'sticky.hbs',
    })
    for (const name of ['s1', 's2']) {
      site.join(name, await startWebServer(t, 'http', name))
      await until(name, () => site.isUp(name))
    }
    await until('a client of s2', async () => (await site.cookie()) === 's2')
    const stays = async (what: string) => {
      const answers = await Promise.all(Array.from({ length: 9 }, () => site.get('SRV=s2')))
      t.strictSame(new Set(answers), new Set(['s2 1.1 -']), what)
    }
    const pid = await site.pid()
    site.join('s3', await startWebServer(t, 'http', 's3'))
    await until('a third server', () => site.isUp('s3'))
    await stays('while a server joins')
    t.equal(
      (await site.pid()) === pid,
      version !== '2.6',
      'HAProxy 2.6 takes no cookie at run time, so the agent reloads',
    )
    await until('a client of s3', async () => (await site.cookie()) === 's3')
    site.leave('s1')
    await until('two servers', async () => (await site.servers()).length === 2)
    await stays('while a server leaves')
    await site.master.reload()
    await stays('after a reload')
  })
}
