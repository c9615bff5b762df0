import { mkdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { defaultTemplate } from 'haproxy-config-render'
import { haproxyReleases, until } from 'real-components'
import t, { type Test } from 'tap'
import { skip } from './agent-place.js'
import { startSite } from './site.js'
import { startWebServer } from './web-servers.js'

/** Edits the YAML: a map of routes, and pools whose members request them. */
const routed = (yaml: string) =>
  yaml.replace('pool: nodes }]', 'pool: nodes, routeMap: routes.map }]').replace(
    /^pools: .*$/m,
    `pools:
  - { name: nodes, role: backend, tags: { kind: app }, port: { tag: port } }
  - name: shop
    role: backend
    tags: { kind: shop }
    port: { tag: port }
    route: { frontend: web, hostTag: host, hosts: ['*.example.org'], pathTag: path, paths: [/api] }
  - name: site
    role: backend
    tags: { kind: own }
    perTag: site
    port: { tag: port }
    route: { frontend: web, hostTag: host, hosts: ['*.example.org'] }`,
  )

for (const { version, program } of skip ? [] : haproxyReleases()) {
  const test = (title: string, run: (t: Test) => Promise<void>) =>
    t.test(`HAProxy ${version}: ${title}`, run)

  test('a new host of a pool gets traffic without a reload', async t => {
    const site = await startSite(t, routed, { program })
    site.join('a1', await startWebServer(t, 'http', 'a1'), { kind: 'app' })
    site.join('s1', await startWebServer(t, 'http', 's1'), { kind: 'shop', host: 'a.example.org' })
    await until('a host', async () => (await site.get('a.example.org')) === 's1')
    await until('the other pool', async () => (await site.get('b.example.org')) === 'a1')
    t.same(await site.mapped('routes.map'), ['a.example.org/ shop'])
    const pid = await site.pid()
    site.join('s1', await startWebServer(t, 'http', 's1'), { kind: 'shop', host: 'b.example.org' })
    await until('the new host', async () => (await site.get('B.example.org:80', '/x')) === 's1')
    await until('the old host', async () => (await site.get('a.example.org')) === 'a1')
    site.join('s2', await startWebServer(t, 'http', 's2'), {
      kind: 'shop',
      host: 'a.example.org',
      path: '/api',
    })
    await until('the path', async () => (await site.answers('a.example.org', '/api')) === 's1,s2')
    t.equal(await site.answers('a.example.org', '/api/v1'), 's1,s2')
    t.equal(await site.answers('a.example.org', '/apix'), 'a1', 'a whole segment')
    // HAProxy 3.0 refuses the request.
    t.match(
      await site.answers('a.example.org/api', '/x'),
      /^(?:a1|400)$/,
      'a host with a slash is none',
    )
    t.equal(await site.pid(), pid, 'without a reload')
    await until('the file', () => site.text('routes.map').includes('a.example.org/api/ shop'))
    await site.master.reload()
    const isSame = async () => (await site.answers('a.example.org', '/api')) === 's1,s2'
    await until('the same after a reload', isSame)
  })

  test('a domain with *, and a host of a new pool, are a reload', async t => {
    const site = await startSite(t, routed, { program })
    site.join('a1', await startWebServer(t, 'http', 'a1'), { kind: 'app' })
    site.join('s1', await startWebServer(t, 'http', 's1'), {
      kind: 'shop',
      host: '*.x.example.org',
    })
    await until('below a domain', async () => (await site.get('y.x.example.org')) === 's1')
    t.equal(await site.get('x.example.org'), 'a1')
    const pid = await site.pid()
    site.join('t1', await startWebServer(t, 'http', 't1'), {
      kind: 'own',
      site: 'toys',
      host: 'y.x.example.org',
    })
    await until('a host before a domain', async () => (await site.get('y.x.example.org')) === 't1')
    t.not(await site.pid(), pid)
    t.equal(await site.get('z.x.example.org'), 's1')
  })

  test('a hostile tag is no entry of a map, and takes no other entry away', async t => {
    const site = await startSite(
      t,
      yaml => yaml.replace('port: { tag: port }', '$&, printTags: [zone]'),
      {
        program,
        more: `template: my.hbs
outputs: [{ template: zones.map.hbs, file: zones.map, use: map }]`,
        prepare(folder) {
          const source = defaultTemplate.source
          const line = `  http-response set-header X-Zone %[str(s1),map(${folder}/zones.map,-)]\n`
          writeFileSync(
            join(folder, 'my.hbs'),
            source.replace('  option forwardfor\n', `$&${line}`),
          )
          writeFileSync(
            join(folder, 'zones.map.hbs'),
            '{{#each pools}}\n{{#each servers}}\n{{tags.zone}} {{name}}\n{{/each}}\n{{/each}}\n',
          )
        },
      },
    )
    const port = await startWebServer(t, 'http', 's1')
    site.join('s1', port, { zone: 'a' })
    await until('an entry', async () => (await site.mapped('zones.map')).join() === 'a s1')
    const pid = await site.pid()
    const hostile = ['a evil', '#a', 'x\nb', 'x\ty', ' ', '#0x1 y', 'x\r\nb evil']
    for (const [i, zone] of hostile.entries()) site.join(`h${i}`, port + 1 + i, { zone })
    site.join('s2', port + 100, { zone: "b'\\%[x]" })
    const wanted = `a s1,b'\\%[x] s2`
    await until('the others', async () => (await site.mapped('zones.map')).join() === wanted)
    await until('the file', () => site.text('zones.map') === `a s1\nb'\\%[x] s2\n`)
    const names = () => new Set(site.agent.state().quarantined.map(({ member }) => member))
    await until('the findings', () => names().size === hostile.length)
    t.same(names(), new Set(hostile.map((_, i) => `h${i}`)))
    t.equal(await site.pid(), pid, 'without a reload')
  })

  test('a member whose entry HAProxy rejects is found, and the others are in the list', async t => {
    const site = await startSite(
      t,
      yaml => yaml.replace('port: { tag: port }', '$&, printTags: [net]'),
      {
        program,
        more: `template: my.hbs
outputs: [{ template: nets.acl.hbs, file: nets.acl, use: acl }]`,
        prepare(folder) {
          const deny = `  http-request deny if { path /net } !{ src -f ${folder}/nets.acl }\n`
          const source = defaultTemplate.source.replace('  option forwardfor\n', `$&${deny}`)
          writeFileSync(join(folder, 'my.hbs'), source)
          writeFileSync(
            join(folder, 'nets.acl.hbs'),
            '{{#each pools}}\n{{#each servers}}\n{{tags.net}}\n{{/each}}\n{{/each}}\n',
          )
        },
      },
    )
    const port = await startWebServer(t, 'http', 's1')
    site.join('s1', port, { net: '10.1.0.0/16' })
    await until('the server', async () => (await site.get('a')) === 's1')
    t.equal(await site.get('a', '/net'), '403')
    site.join('evil', port + 1, { net: '10.0.0.0/99' })
    site.join('s2', port + 2, { net: '127.0.0.0/8' })
    await until('the entry of another', async () => (await site.get('a', '/net')) === 's1')
    const findings = () => site.agent.state().quarantined
    await until('the finding', () => findings().length > 0)
    t.match(findings(), [{ member: 'evil', code: 'rejected', reason: /10\.0\.0\.0\/99/ }])
    await until('the file', () => site.text('nets.acl') === '10.1.0.0/16\n127.0.0.0/8\n')
    site.join('s2', port + 2, { net: '127.1.0.0/16' })
    await until('a change', async () => (await site.get('a', '/net')) === '403')
  })

  test('a file that cannot be written is an error with its remedy, and nothing is lost', async t => {
    const site = await startSite(t, routed, { program })
    site.join('a1', await startWebServer(t, 'http', 'a1'), { kind: 'app' })
    site.join('s1', await startWebServer(t, 'http', 's1'), { kind: 'shop', host: 'a.example.org' })
    await until('a host', async () => (await site.get('a.example.org')) === 's1')
    const path = join(site.folder, 'routes.map')
    await until('the file', () => site.text('routes.map') !== '')
    rmSync(path)
    mkdirSync(path)
    const port = await startWebServer(t, 'http', 's2')
    site.join('s2', port, { kind: 'shop', host: 'b.example.org' })
    const error = () => JSON.stringify(site.agent.state().fault ?? '')
    await until('the error', () => error().includes(path))
    t.match(error(), /expected a file, got a folder.*; move the folder away, or name another file/)
    t.equal(await site.get('a.example.org'), 's1')
    rmdirSync(path)
    await until('the file again', () => {
      try {
        return site.text('routes.map').includes('b.example.org/ shop')
      } catch {
        return false
      }
    })
    await until('the new host', async () => ['s1', 's2'].includes(await site.get('b.example.org')))
  })
}
