// One suite, on the fake HAProxy and on every real one there is.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  haproxyHead,
  haproxyPlace,
  haproxyReleases,
  startHaproxy,
  until,
  type HaproxyPlace,
  type Tidy,
} from 'real-components'
import t from 'tap'
import { startFakeHaproxy } from '../../src/fake-haproxy/index.js'
import { command, createMasterClient, createRuntimeClient } from '../../src/index.js'
import { createSdk } from '../../src/sdk.js'
import { sendCommands } from '../../src/socket/send-commands.js'
import { createExchange } from '../../src/socket/socket-exchange.js'

const configuration = ({
  folder,
  runtimeSocket,
}: HaproxyPlace) => `${haproxyHead({ runtimeSocket })}frontend web
  bind unix@${folder}/web.sock
  http-request set-header X %[req.hdr(host),map(${folder}/hosts.map)]
  http-request deny if { src -f ${folder}/denied.acl }
  default_backend nodes
backend nodes
  balance roundrobin
  cookie SRV insert indirect nocache dynamic
  dynamic-cookie-key secret
  server s1 127.0.0.1:9 weight 10 check inter 1m
backend fixed
  balance static-rr
  server a 127.0.0.1:9
backend spare
  balance roundrobin
frontend twin
  bind unix@${folder}/twin.sock
  default_backend twin
backend twin
  id 77
  balance roundrobin
  server FRONTEND 127.0.0.1:9
  server BACKEND 127.0.0.1:9
  server 1 127.0.0.1:9
backend 77
  server a 127.0.0.1:9
backend -1
  server b 127.0.0.1:9
listen both
  bind unix@${folder}/both.sock
  server c 127.0.0.1:9
`

interface Subject {
  readonly name: string
  start(t: Tidy, place: HaproxyPlace): Promise<unknown>
}

const reals: Subject[] = haproxyReleases().map(({ version, program }) => ({
  name: `HAProxy ${version}`,
  start: (t, place) => startHaproxy(t, place, undefined, program),
}))
const refuse = (text: string) => (text.endsWith('broken\n') ? 'unknown keyword' : undefined)
const fakes: Subject[] = (['2.6', '3.0', '3.2'] as const).map(version => ({
  name: `the fake ${version}`,
  async start(t, place) {
    const fake = await startFakeHaproxy({ ...place, version, refuse })
    t.teardown(() => fake.close())
  },
}))

async function begin(t: Tidy, { start }: Subject): Promise<HaproxyPlace> {
  const place = haproxyPlace(t)
  writeFileSync(join(place.folder, 'hosts.map'), '')
  writeFileSync(join(place.folder, 'denied.acl'), '')
  writeFileSync(place.configFile, configuration(place))
  await start(t, place)
  return place
}

/** The commands that every HAProxy gets, in this order. */
const script = (folder: string) => [
  'show servers state spare',
  'add server spare/s2 127.0.0.1:9 weight 5 check inter 1m',
  'add server spare/s2 127.0.0.1:9',
  'add server ghosts/s2 127.0.0.1:9',
  'add server spare',
  'add server spare/s3',
  'add server fixed/b 127.0.0.1:9',
  'show servers state spare',
  'enable health spare/s2',
  'enable health fixed/a',
  'enable health spare/s9',
  'add server spare/a1 127.0.0.1:9 agent-check',
  'add server spare/a1 127.0.0.1:9 agent-check agent-port 9 agent-inter 1m check port 8',
  'add server spare/a2 127.0.0.1:9 agent-check port 9 agent-inter 1m',
  'add server spare/a3 127.0.0.1:9 ssl verify none check-sni agent-check',
  'show servers state spare',
  'enable agent spare/a1',
  'enable health spare/a1',
  'enable health spare/a2',
  'enable agent spare/a3',
  'disable agent spare/a3',
  'enable agent spare/a9',
  'show servers state spare',
  'disable agent spare/a1',
  'show servers state spare',
  'set server spare/s2 state ready',
  'set server spare/s2 state upside-down',
  'set server spare/s9 state ready',
  'set server spare/s2 weight 7',
  'set server spare/s2 weight 257',
  'set maxconn server spare/s2 7',
  'set maxconn server spare/s2 7x',
  'set maxconn server spare/s9 7',
  'set maxconn server ghosts/s1 7',
  'get weight spare/s2',
  'get weight spare/s9',
  'get weight ghosts/s1',
  'get weight spare',
  'set server fixed/a weight 7',
  'set server fixed/a weight 0%',
  'set server spare/s2 weight 0%',
  'show servers state spare',
  'set server fixed/a weight 100%',
  'set server spare/s2 weight 100%',
  'show servers state spare',
  'set server spare/s2 addr 127.0.0.2 port 10',
  'set server spare/s2 addr 127.0.0.2 port 10',
  'set server spare/s2 addr ::1 port 10',
  'set server spare/s2 addr ::1 port 11',
  'show servers state spare',
  'del server spare/s2',
  'set server spare/s2 state drain',
  'show servers state spare',
  'set server spare/s2 state maint',
  'shutdown sessions server spare/s2',
  'del server spare/s2',
  'del server spare/s2',
  'show servers state spare',
  'show servers state ghosts',
  ...['ghosts', '#99', '99', '0', '-1', '-1/', 'twin', '#77', '77', 'both', 'web'].flatMap(name => [
    `show stat ${name} -1 -1`,
    `show stat ${name} 2 -1`,
    `show stat ${name} 4 -1`,
  ]),
  'show stat #77 4 1',
  'show stat #77 4 9',
  'show stat twin 4',
  'show servers state twin',
  'show servers state 77',
  'show servers state -1',
  'show servers state web',
  ...[
    'ghosts/s1',
    'ghosts',
    'twin/x',
    'twin',
    '77/a',
    '#77/#2',
    '#x/a',
    'web/s1',
    'twin/1',
  ].flatMap(target => [
    `set server ${target} weight 3`,
    `set server ${target} state maint`,
    `enable health ${target}`,
    `enable agent ${target}`,
    `shutdown sessions server ${target}`,
    `wait 1ms srv-removable ${target}`,
    `del server ${target}`,
  ]),
  'add server twin/5 127.0.0.1:9',
  'add server twin/6 127.0.0.1:9',
  'enable dynamic-cookie backend #77',
  'show servers state twin',
  'set server nodes/s1 health down',
  'set server nodes/s1 health up',
  'enable dynamic-cookie backend ghosts',
  'enable dynamic-cookie backend nodes',
  `add map ${folder}/hosts.map a.example one`,
  `add map ${folder}/hosts.map b\\ c two\\ words\\;\\\\`,
  `show map ${folder}/hosts.map`,
  `set map ${folder}/hosts.map a.example three`,
  `set map ${folder}/hosts.map z three`,
  `del map ${folder}/hosts.map z`,
  `del map ${folder}/hosts.map a.example`,
  `prepare map ${folder}/hosts.map`,
  `add map @1 ${folder}/hosts.map k v`,
  `show map ${folder}/hosts.map`,
  `commit map @1 ${folder}/hosts.map`,
  `commit map @7 ${folder}/hosts.map`,
  `show map ${folder}/hosts.map`,
  `clear map ${folder}/hosts.map`,
  ...['#0x1', '#zz', '@1', '#0', 'twice'].flatMap(key => [
    `set map ${folder}/hosts.map ${key} one`,
    `add map ${folder}/hosts.map ${key} two`,
    `add map ${folder}/hosts.map ${key} @1`,
    `set map ${folder}/hosts.map ${key} #0x1`,
    `show map ${folder}/hosts.map`,
    `del map ${folder}/hosts.map ${key}`,
    `show map ${folder}/hosts.map`,
  ]),
  'show map #0',
  'show acl #1',
  'show map #9',
  'show map #x',
  `add map ${folder}/hosts.map <<\na.example two words \n#b ;c\\<<\na.example "again"\n`,
  `show map ${folder}/hosts.map`,
  `add map @9 ${folder}/hosts.map <<\na.example two\n`,
  `add acl ${folder}/denied.acl <<\n10.0.0.1\n10.0.0.2\n`,
  `show acl ${folder}/denied.acl`,
  'add map /nowhere <<\nk v\n',
  `clear map ${folder}/hosts.map`,
  `prepare map ${folder}/hosts.map`,
  `prepare map ${folder}/hosts.map`,
  `add map @2 ${folder}/hosts.map first 1`,
  `add map @3 ${folder}/hosts.map second 2`,
  `add map @4 ${folder}/hosts.map third 3`,
  `show map @2 ${folder}/hosts.map`,
  `show map @3 ${folder}/hosts.map`,
  `clear map @3 ${folder}/hosts.map`,
  `clear map @9 ${folder}/hosts.map`,
  `show map @3 ${folder}/hosts.map`,
  `show map ${folder}/hosts.map`,
  `commit map @3 ${folder}/hosts.map`,
  `show map @2 ${folder}/hosts.map`,
  `show map ${folder}/hosts.map`,
  `clear map ${folder}/hosts.map`,
  'add map /nowhere k v',
  `add acl ${folder}/denied.acl 10.0.0.1`,
  `add acl ${folder}/denied.acl bad`,
  `show acl ${folder}/denied.acl`,
  'add acl /nowhere 10.0.0.1',
  'show cli level',
  'no-such-command',
]

/** Takes out what differs between two runs of one HAProxy: addresses in memory, times, paths. */
const normalized = (reply: string, folder: string) =>
  statColumns(reply)
    .trim()
    .replaceAll(folder, '<folder>')
    .replace(/0x[0-9a-f]+/g, '0x1')
    .split('\n')
    .map(line => normalizedLine(line))
    // The list of commands that might have been meant.
    .filter(line => !line.startsWith('  '))

/** Takes the columns of `show stat` that the fake has whatever the traffic. */
function statColumns(reply: string): string {
  const [header = '', ...rows] = reply.split('\n')
  if (!header.startsWith('# pxname')) return reply
  const columns = header.slice(2).split(',')
  const names = ['pxname', 'svname', 'iid', 'sid', 'type', 'addr', 'uweight']
  const taken = names.map(name => columns.indexOf(name))
  return rows
    .map(row => taken.map(i => row.split(',')[i]))
    .map(([name, server, iid, sid, type, ...place]) =>
      // The weight of a backend depends on which of its servers are up.
      [name, server, iid, sid, type, ...(type === '2' ? place : [])].join(' '),
    )
    .join('\n')
}

/** A row of `show servers state`: 9 to 12 are the time since, and the progress of, checks. */
function normalizedLine(line: string): string {
  // HAProxy 3.0 repeats the words of the last change where nothing changes.
  if (/^(?:IP changed|no need|nothing changed)/.test(line)) return 'set'
  const fields = line.split(' ')
  if (fields.length !== 25 || line.startsWith('#')) return line
  return fields.map((field, i) => (i >= 9 && i <= 12 ? '*' : field)).join(' ')
}

async function dialogue(t: Tidy, subject: Subject): Promise<(readonly [string, string[]])[]> {
  const { folder, runtimeSocket } = await begin(t, subject)
  const commands = script(folder)
  const replies = await sendCommands(createExchange(runtimeSocket), commands)
  return commands.map((asked, i) => [
    asked.replaceAll(folder, '<folder>'),
    normalized(replies[i] ?? '', folder),
  ])
}

for (const { version } of haproxyReleases()) {
  const fake = fakes.find(({ name }) => name.endsWith(version))
  const real = reals.find(({ name }) => name.endsWith(version))
  if (!fake || !real) continue
  t.test(`the fake answers every command as HAProxy ${version} does`, async t => {
    t.strictSame(await dialogue(t, fake), await dialogue(t, real))
  })
}

/** The answers of the master's socket, with a prompt and without one. */
const masterTexts = ['prompt\nshow cli level\nshow info\nquit\n', 'show cli level\nquit\n']

for (const subject of [...fakes, ...reals]) {
  t.test(`${subject.name}: a client that meets the other socket says so`, async t => {
    const { runtimeSocket, masterSocket } = await begin(t, subject)
    // A master re-executes itself at its start, and resets connections meanwhile.
    await createMasterClient({ socket: masterSocket }).processes()
    const exchange = createExchange(masterSocket)
    const [prompted = '', plain = ''] = await Promise.all(masterTexts.map(text => exchange(text)))
    t.match(prompted, /^master> admin\n\nmaster> Unknown command[^]*\n\nmaster> master> $/)
    t.equal(plain, 'admin\n\n')
    const runtime = createRuntimeClient({ socket: masterSocket })
    const wrong = { name: 'HaproxyError', code: 'wrong-socket' }
    const asMaster = { ...wrong, message: /is HAProxy's master socket/ }
    await t.rejects(runtime.info(), asMaster)
    await t.rejects(runtime.servers(['nodes']), asMaster)
    await t.rejects(runtime.drain('nodes', 's1'), asMaster)
    await t.rejects(createSdk({ socket: masterSocket }).version(), asMaster)
    const master = createMasterClient({ socket: runtimeSocket })
    const asStats = { ...wrong, message: /is HAProxy's stats socket/ }
    await t.rejects(master.processes(), asStats)
    await t.rejects(master.reload(), asStats)
  })
}

t.test('the fake has the forms of answers that HAProxy has', async t => {
  const columns = await Promise.all(
    [...fakes, ...reals].map(async subject => {
      const { runtimeSocket } = await begin(t, subject)
      const questions = ['show servers state', 'show stat -1 4 -1', 'show info']
      const [state = '', stat = '', info = ''] = await sendCommands(
        createExchange(runtimeSocket),
        questions,
      )
      t.match(state, /^1\n# be_id be_name srv_id srv_name /, subject.name)
      t.match(stat, /^# pxname,svname,/)
      t.match(info, /^Name: HAProxy\nVersion: \d/)
      return state.split('\n')[1]
    }),
  )
  t.equal(new Set(columns).size, 1)
})

for (const subject of [...fakes, ...reals]) {
  t.test(`${subject.name}: a server's whole life, by the typed calls`, async t => {
    const { runtimeSocket } = await begin(t, subject)
    const runtime = createRuntimeClient({ socket: runtimeSocket })
    const s2 = async () => (await runtime.servers(['spare'])).find(({ name }) => name === 's2')
    const options = 'weight 5 check inter 1m'
    await runtime.addServer('spare', { name: 's2', address: '127.0.0.1', port: 9, options })
    t.match(await s2(), { port: 9, weight: 5, admin: 'ready', health: 'up', checked: true })
    await runtime.setWeight('spare', 's2', 9)
    await runtime.setAddress('spare', 's2', { address: '::1', port: 10 })
    t.match(await s2(), { address: '::1', port: 10, weight: 9 })
    await runtime.drain('spare', 's2')
    t.match(await s2(), { admin: 'drain' })
    await runtime.maintenance('spare', 's2')
    t.match(await s2(), { admin: 'maint' })
    await runtime.ready('spare', 's2')
    t.match(await runtime.statistics({ pools: ['spare'] }), [{ name: 's2', sessions: 0 }])
    await runtime.removeServer('spare', 's2')
    t.equal(await s2(), undefined)
    const waiting = { name: 's2', address: '127.0.0.1', port: 9, options, awaitCheck: true }
    await runtime.addServer('spare', waiting)
    const isDown = { weight: 5, admin: 'ready', health: 'down', lastCheck: 'none' }
    t.match(await s2(), { ...isDown, checked: true, passedChecks: 0 })
    await runtime.removeServer('spare', 's2')
    await t.rejects(runtime.removeServer('spare', 's2'), {
      name: 'HaproxyError',
      code: 'refused',
      message: /set server spare\/s2 state maint": No such server/,
    })
    await t.rejects(runtime.servers(['ghosts']), { code: 'refused' })
  })

  t.test(`${subject.name}: a reply is given its meaning`, async t => {
    const { runtimeSocket } = await begin(t, subject)
    const results = await createRuntimeClient({ socket: runtimeSocket }).batch([
      command.addServer('nodes', 's1', '127.0.0.1', 9),
      command.addServer('ghosts', 's1', '127.0.0.1', 9),
      command.addServer('fixed', 's2', '127.0.0.1', 9),
      command.deleteServer('nodes', 's1'),
      command.deleteServer('nodes', 's9'),
      command.setWeight('nodes', 's1', 0),
    ])
    t.strictSame(
      results.map(({ meaning, done }) => [meaning, done]),
      [
        ['exists', false],
        ['no-backend', false],
        ['not-at-run-time', false],
        ['not-in-maintenance', false],
        ['no-server', false],
        ['done', true],
      ],
    )
  })

  t.test(`${subject.name}: a server that is added to a sticky pool has its cookie`, async t => {
    const { runtimeSocket } = await begin(t, subject)
    const runtime = createRuntimeClient({ socket: runtimeSocket })
    const server = { name: 's2', address: '127.0.0.2', port: 9, dynamicCookie: true }
    await runtime.addServer('nodes', server)
    const [reply = ''] = await sendCommands(createExchange(runtimeSocket), ['show stat nodes 4 -1'])
    const [header = '', ...rows] = reply.trim().split('\n')
    const cookies = rows.map(row => row.split(',')[header.slice(2).split(',').indexOf('cookie')])
    t.equal(cookies.length, 2)
    t.equal(new Set(cookies).size, 2)
    for (const cookie of cookies) t.match(cookie, /^[0-9a-f]{16}$/)
  })

  t.test(`${subject.name}: maps and ACLs are read, changed and replaced`, async t => {
    const { folder, runtimeSocket } = await begin(t, subject)
    const runtime = createRuntimeClient({ socket: runtimeSocket })
    const map = runtime.map(join(folder, 'hosts.map'))
    await map.add([
      { key: 'a.example', value: 'one;show version' },
      { key: 'b.example', value: 'two "words" \\ #' },
    ])
    await map.set('a.example', 'three')
    t.strictSame(await map.entries(), [
      { key: 'a.example', value: 'three' },
      { key: 'b.example', value: 'two "words" \\ #' },
    ])
    await map.delete('a.example')
    await t.rejects(map.delete('a.example'), { code: 'refused', message: /Key not found/ })
    const many = Array.from({ length: 300 }, (_, i) => ({ key: `k${i}`, value: `v${i}` }))
    await map.replace(many)
    t.strictSame(
      (await map.entries()).toSorted((a, b) => (a.key < b.key ? -1 : 1)),
      many.toSorted((a, b) => (a.key < b.key ? -1 : 1)),
    )
    const acl = runtime.acl(join(folder, 'denied.acl'))
    await acl.replace([{ key: '10.0.0.1' }, { key: '10.0.0.2' }])
    t.strictSame(await acl.entries(), [{ key: '10.0.0.1' }, { key: '10.0.0.2' }])
    await t.rejects(acl.replace([{ key: '10.0.0.3' }, { key: 'nonsense' }]), { code: 'refused' })
    t.strictSame(await acl.entries(), [{ key: '10.0.0.1' }, { key: '10.0.0.2' }], 'all or nothing')
    await t.rejects(runtime.map('/nowhere').entries(), { code: 'refused' })
    await t.rejects(map.add([{ key: 'a\nshow info', value: 'v' }]), { code: 'unsafe-argument' })
  })

  t.test(`${subject.name}: a reload is a new worker, and a failed one leaves the old`, async t => {
    const place = await begin(t, subject)
    const runtime = createRuntimeClient({ socket: place.runtimeSocket })
    const master = createMasterClient({ socket: place.masterSocket })
    const { pid } = await runtime.info()
    t.strictSame((await master.processes()).workers, [pid])
    writeFileSync(place.configFile, `${configuration(place)}  broken\n`)
    t.match(await master.reload(), { ok: false, processes: { master: { reloads: 1, failed: 1 } } })
    t.equal((await runtime.info()).pid, pid)
    writeFileSync(place.configFile, configuration(place).replace('weight 10', 'weight 20'))
    const { ok, processes } = await master.reload()
    t.equal(ok, true)
    t.strictSame([processes.master.reloads, processes.master.failed], [2, 0])
    t.notOk(processes.workers.includes(pid))
    await until('the new worker', async () => {
      const info = await runtime.info().catch(() => undefined)
      return info && processes.workers.includes(info.pid)
    })
    t.match(await runtime.servers(['nodes']), [{ name: 's1', weight: 20 }])
    t.match(await runtime.capabilities(), {
      release: subject.name.replace(/.* /, ''),
      reloadReport: !subject.name.endsWith('2.6'),
    })
  })
}
