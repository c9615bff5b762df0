import { spawnSync } from 'node:child_process'
import { readdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { basename, join } from 'node:path'
import { text as readAll } from 'node:stream/consumers'
import * as fc from 'fast-check'
import {
  freePort,
  haproxyPlace,
  haproxyReleases,
  missingProgram,
  startHaproxy,
  temporaryFolder,
  until,
} from 'real-components'
import { checkConfiguration } from 'haproxy-config-text'
import t from 'tap'
import { compileTemplate } from '../../src/template/compile-template.js'
import { defaultTemplate } from '../../src/template/default-template.js'
import { buildModel } from '../../src/pools/build-model.js'
import { parseModel } from '../../src/model/parse-model.js'
import { renderWithoutRejected, type Check } from '../../src/check/render-without-rejected.js'
import { readCases, smallModel } from '../cases.js'
import { hostileMember } from '../hostile-members.js'
import { runBin } from '../run-bin.js'

const skip = missingProgram('haproxy')

const words = [
  'plain',
  'two  words',
  ' space around ',
  '#',
  'a # comment',
  `it's`,
  `''`,
  'say "hi"',
  'back\\slash',
  'ends in \\',
  '\\n',
  '\\x41',
  '$HOME',
  '${HOME}',
  '"${HOME}"',
  'a;b|c&d',
  '{ always_true }',
  '%[env(HOME)]',
  'Zürich – 東京',
  '<b>[x](y)*^~!',
]

const timeouts = '  timeout client 5s\n  timeout server 5s\n  timeout connect 5s\n'

for (const { version, program } of haproxyReleases()) {
  const check = (file: string) => {
    const { status, stdout, stderr } = spawnSync(program, ['-c', '-f', file], { encoding: 'utf8' })
    return { ok: status === 0, report: stdout + stderr }
  }

  t.test(`HAProxy ${version} takes the configuration of every case`, async t => {
    const folder = temporaryFolder(t)
    const file = join(folder, 'haproxy.cfg')
    // HAProxy 2.6 warns of a state file that is not there yet.
    writeFileSync(`${file}.state`, '1\n# be_id\n')
    for (const { name, wanted, render } of readCases()) {
      let text = wanted.replace('/run/haproxy/haproxy.cfg.state', `${file}.state`)
      for (const map of render().files ?? []) {
        const copy = join(folder, basename(map.path))
        writeFileSync(copy, map.text)
        text = text.replaceAll(map.path, copy)
      }
      writeFileSync(file, text)
      const { ok, report } = check(file)
      t.ok(ok, `${name}: ${report}`)
      t.notMatch(report, /WARNING|ALERT/, name)
    }
  })

  t.test(`HAProxy ${version} reads each value as that very value, in any quotes`, async t => {
    const haproxy = haproxyPlace(t)
    const port = await freePort('127.0.0.1')
    const ways = ['{{tags.word}}', '"{{tags.word}}"', `'{{tags.word}}'`, 'x{{tags.word}}"y"']
    const answers = ways.map(
      (way, i) =>
        `  http-request return status 200 content-type text/plain lf-string ` +
        `${way.replace('tags.word', 'logFormat tags.word')} if { path /${i}-{{@index}} }\n` +
        `  http-request return status 200 content-type text/plain string ${way.replace(
          'tags.word',
          'logFormat tags.word',
        )} if { path /plain-${i}-{{@index}} }\n`,
    )
    const template = compileTemplate(
      `global\n  stats socket {{runtimeSocket}} level admin\ndefaults\n  mode http\n${timeouts}` +
        `frontend echo\n  bind 127.0.0.1:${port}\n` +
        `{{#each pools.[0].servers}}\n${answers.join('')}{{/each}}\n`,
    )
    const servers = words.map((word, i) => ({
      name: `s${i + 10}`,
      address: '127.0.0.1',
      port: i + 1,
      tags: { word },
    }))
    const { text } = template.render(
      parseModel({
        runtimeSocket: haproxy.runtimeSocket,
        frontends: [],
        pools: [{ name: 'app', servers }],
      }),
    )
    await startHaproxy(t, haproxy, text, program)
    for (const [i, word] of words.entries()) {
      for (const way of ways.keys()) {
        const wanted = way === 3 ? `x${word}y` : word
        const get = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).text()
        t.equal(await get(`/${way}-${i}`), wanted, `${ways[way]}: ${word}`)
        // Where no log format is read, its escapes stay.
        t.equal(await get(`/plain-${way}-${i}`), wanted.replaceAll('%', '%%'))
      }
    }
  })

  t.test(`of 2,500 hostile members HAProxy ${version} has the model, and no more`, async t => {
    const haproxy = haproxyPlace(t)
    const members = fc.sample(hostileMember, 2500).map((member, i) => ({
      ...member,
      // Most are to get in: on their address and name nothing depends here.
      name: i % 8 === 0 ? member.name : `s${i}`,
      address: i % 16 === 0 ? member.address : `127.1.${i >> 8}.${i & 255}`,
    }))
    const { model, quarantined } = buildModel(members, {
      runtimeSocket: haproxy.runtimeSocket,
      frontends: [],
      pools: [
        { name: 'app', port: 9, printTags: ['note', 'zone'] },
        { name: 'bare', port: 9 },
      ],
    })
    const template = compileTemplate(
      `global\n  stats socket {{runtimeSocket}} level admin\ndefaults\n  mode http\n${timeouts}` +
        '{{#each pools}}\nbackend {{name}}\n{{#each servers}}\n' +
        '  # {{tags.note}} {{tags.zone}}\n'.replaceAll(
          /tags\.\w+/g,
          name => `default ${name} "-"`,
        ) +
        '  http-response set-header X-Note "n {{logFormat (default tags.note "-")}}"\n' +
        `{{/each}}\n  {{servers this}}\n{{/each}}\n`,
    )
    await startHaproxy(t, haproxy, template.render(model).text, program)
    const state = await ask(haproxy.runtimeSocket, 'show servers state')
    const rows = state.split('\n').flatMap(line => {
      const [, pool, , name, address, , , weight] = line.split(' ')
      const port = line.split(' ')[18]
      return /^\d+ /.test(line) ? [`${pool}/${name} ${address}:${port} ${weight}`] : []
    })
    const wanted = model.pools.flatMap(pool =>
      pool.servers.map(
        server => `${pool.name}/${server.name} ${server.address}:${server.port} ${server.weight}`,
      ),
    )
    t.strictSame(rows.toSorted(), wanted.toSorted())
    t.ok(wanted.length >= 2000, `${wanted.length} servers`)
    t.ok(quarantined.length >= 500, `${quarantined.length} quarantined`)
  })

  t.test(`with HAProxy ${version} the default template routes, counts and sticks`, async t => {
    const haproxy = haproxyPlace(t)
    const [web, stats] = [await freePort('127.0.0.1'), await freePort('127.0.0.1')]
    const serve = async (name: string) => {
      const server = createServer((_, response) => response.end(name)).listen(0, '127.0.0.1')
      await new Promise(resolve => server.once('listening', resolve))
      t.teardown(() => {
        server.closeAllConnections()
        server.close()
      })
      return { name, address: '127.0.0.1', port: (server.address() as AddressInfo).port }
    }
    const model = parseModel({
      runtimeSocket: haproxy.runtimeSocket,
      stats: { address: '127.0.0.1', port: stats },
      frontends: [
        {
          name: 'web',
          bind: { address: '127.0.0.1', port: web },
          pool: 'app',
          routes: [
            { host: 'shop.example.org', pool: 'shop' },
            { host: '*.example.org', path: '/api', pool: 'api' },
          ],
        },
      ],
      pools: [
        {
          name: 'app',
          sticky: { cookie: 'SERVERID', key: 'a-key-of-ours' },
          servers: [await serve('app1'), await serve('app2')],
        },
        { name: 'shop', servers: [await serve('shop')] },
        { name: 'api', servers: [await serve('api')] },
      ],
    })
    await startHaproxy(t, haproxy, defaultTemplate.render(model).text, program)
    const get = (host: string, path: string, headers: Record<string, string> = {}) =>
      httpGet(web, { host, ...headers }, path)
    const routes: readonly (readonly [string, string, RegExp])[] = [
      ['shop.example.org', '/', /^shop$/],
      ['SHOP.example.org:80', '/', /^shop$/],
      ['www.example.org', '/api', /^api$/],
      ['www.example.org', '/api/v1', /^api$/],
      ['www.example.org', '/apix', /^app\d$/],
      ['example.org', '/api', /^app\d$/],
    ]
    for (const [host, path, wanted] of routes) {
      t.match((await get(host, path)).body, wanted, `${host}${path}`)
    }
    const first = await get('x', '/')
    const cookie = /SERVERID=[^;]+/.exec(first.cookie)?.[0] ?? ''
    t.not(cookie, '')
    for (let i = 0; i < 4; i++) t.equal((await get('x', '/', { cookie })).body, first.body)
    t.match((await httpGet(stats, {}, '/metrics')).body, /^# HELP haproxy_/)
    t.match((await httpGet(stats, {}, '/')).body, /Statistics Report/)
  })

  t.test(`the member whose line HAProxy ${version} refuses is found and left out`, async t => {
    const source =
      `global\n  stats socket {{runtimeSocket}}\ndefaults\n  mode http\n${timeouts}{{#each pools}}\n` +
      'backend {{name}}\n{{#each servers}}\n' +
      '  server {{name}} {{address}}:{{port}} check inter {{default tags.max "9s"}}\n{{/each}}\n{{/each}}\n'
    const template = compileTemplate(source, { name: 'own.hbs' })
    const servers = Array.from({ length: 200 }, (_, i) => ({
      name: `s${i}`,
      address: '127.0.0.1',
      port: i + 1,
      tags: i === 77 || i === 150 ? { max: 'many' } : {},
    }))
    const model = parseModel({ ...smallModel, frontends: [], pools: [{ name: 'app', servers }] })
    const check: Check = (text, { signal }) => checkConfiguration(text, { binary: program, signal })
    const found = await renderWithoutRejected(template, model, check)
    if (found.kind === 'rejected') throw new Error(found.report)
    t.strictSame(
      found.quarantined.map(({ member }) => member),
      ['s150', 's77'],
    )
    t.match(found.quarantined[0]?.reason, /unexpected character 'm'/)
    t.ok(found.checks <= 8, `${found.checks} checks`)

    const folder = temporaryFolder(t)
    const [modelFile, templateFile] = [join(folder, 'model.json'), join(folder, 'own.hbs')]
    writeFileSync(modelFile, JSON.stringify(model))
    writeFileSync(templateFile, source)
    const args = ['--haproxy', program, '--model', modelFile, '--template', templateFile]
    t.match(runBin([...args, '--check'], { TMPDIR: folder }), {
      status: 1,
      stdout: '',
      stderr: /HAProxy rejects the configuration:\nown\.hbs:11: member s150: .*unexpected/,
    })
    t.match(runBin([...args, '--check', '--bisect'], { TMPDIR: folder }), {
      status: 0,
      stdout: found.rendered.text,
      stderr: /left out of "app": "s150": HAProxy rejects its lines/,
    })
    t.strictSame(
      readdirSync(folder).toSorted(),
      ['model.json', 'own.hbs'],
      'nothing is left behind',
    )
  })
}

t.test(
  'an empty word would hide what follows it, which is why it is refused',
  { skip },
  async t => {
    const file = join(temporaryFolder(t), 'haproxy.cfg')
    const balance = `balance roundrobin '' no such thing`
    writeFileSync(file, `defaults\n${timeouts}\nlisten b\n bind 127.0.0.1:1\n ${balance}\n`)
    t.equal(spawnSync('haproxy', ['-c', '-f', file]).status, 0)
    t.throws(() => compileTemplate('balance {{""}}').render(smallModel), { code: 'unsafe-value' })
  },
)

t.test('--check has HAProxy judge the text before it is printed', { skip }, async t => {
  const folder = temporaryFolder(t)
  const modelFile = join(folder, 'model.json')
  writeFileSync(modelFile, JSON.stringify(smallModel))
  const templateFile = join(folder, 'own.hbs')
  writeFileSync(templateFile, 'global\n  nonsense {{maxConnections}}\n')
  const run = (...args: string[]) => runBin(['--model', modelFile, ...args], { TMPDIR: folder })
  t.match(run('--check'), {
    status: 0,
    stdout: defaultTemplate.render(smallModel).text,
    stderr: '',
  })
  t.match(run('--check', '--template', templateFile), {
    status: 1,
    stdout: '',
    stderr: /HAProxy rejects the configuration:\nown\.hbs:2: .*unknown keyword 'nonsense'/,
  })
})

/** One answer of HAProxy's stats socket. */
async function ask(socket: string, command: string): Promise<string> {
  const connection = connect(socket)
  connection.end(`${command}\n`)
  return readAll(connection)
}

/** A GET with a Host header of one's own, which fetch does not allow. */
async function httpGet(
  port: number,
  headers: Readonly<Record<string, string>>,
  path: string,
): Promise<{ body: string; cookie: string }> {
  let found = { body: '', cookie: '' }
  await until(`an answer to ${path}`, async () => {
    const connection = connect(port, '127.0.0.1')
    const lines = Object.entries({ host: 'localhost', connection: 'close', ...headers })
    const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')
    connection.write(`GET ${path} HTTP/1.1\r\n${head}\r\n`)
    const [, answerHead = '', body = ''] =
      /^(HTTP\/1\.1 200[^]*?)\r\n\r\n([^]*)$/.exec(await readAll(connection)) ?? []
    found = { body: unchunked(answerHead, body), cookie: answerHead }
    return answerHead !== ''
  })
  return found
}

/** The body without HTTP's own lines of lengths. */
function unchunked(head: string, body: string): string {
  if (!/transfer-encoding: chunked/i.test(head)) return body
  return body.replaceAll(/(?:^|\r\n)[0-9a-f]+\r\n(?:\r\n$)?/g, '')
}
