import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { temporaryFolder } from 'real-components'
import t, { type Test } from 'tap'
import { configure } from '../src/configure.js'
import { newKeys, readKeys, writeKeys } from '../src/keys.js'
import { nodeSettings, seedsIn, type Host } from '../src/node-settings.js'

const eth0 = { address: '10.1.2.3', family: 'IPv4', internal: false } as const
const host = {
  name: '3df5ee34e5d6',
  namesOf: async () => [],
  interfaces: { lo: [{ ...eth0, address: '127.0.0.1', internal: true }], eth0: [eth0] },
} as unknown as Host

/** A container's `/run`, `/keys` and accounts; whoever runs the test is every user. */
async function container(t: Test) {
  const folder = temporaryFolder(t)
  const [uid, gid] = [process.getuid?.(), process.getgid?.()]
  const accounts = join(folder, 'passwd')
  await writeFile(accounts, `_serf:x:${uid}:${gid}::/:\nhaproxy:x:${uid}:${gid}::/:\n`)
  const keys = newKeys()
  await writeKeys(join(folder, 'keys'), keys)
  const environment = { KEYS: join(folder, 'keys'), SERF_SEEDS: 'ha webapp' }
  return { place: { run: join(folder, 'run'), accounts }, environment, keys }
}

t.test('a backend gets what Serf and the application read, and nobody else may', async t => {
  const { place, environment, keys } = await container(t)
  await configure({ ...environment, ROLE: 'backend', NODE_NAME: 's1' }, host, place)
  const file = join(place.run, 'serf', 'serf.json')
  t.match(JSON.parse(await readFile(file, 'utf8')), {
    node_name: 's1',
    bind: '10.1.2.3:7946',
    rpc_addr: '127.0.0.1:7373',
    encrypt_key: keys.gossip,
    rpc_auth: keys.rpc,
    tags: { role: 'backend' },
    leave_on_terminate: true,
    retry_join: ['ha', 'webapp'],
  })
  t.equal((await stat(file)).mode & 0o777, 0o600)
  t.equal((await stat(join(place.run, 'serf'))).mode & 0o777, 0o700)
  const variable = (name: string) => readFile(join(place.run, 'environment', name), 'utf8')
  t.equal(await variable('SERVER_IP'), '10.1.2.3\n')
  t.equal(await variable('SERVER_TAG'), 's1\n', 'the name is the tag where none is given')
})

t.test('a balancer gets the configuration of its agent too', async t => {
  const { place, environment } = await container(t)
  await configure({ ...environment, ROLE: 'balancer', NODE_NAME: 'ha' }, host, place)
  const text = await readFile(join(place.run, 'haproxy', 'serf-haproxy.yaml'), 'utf8')
  t.match(JSON.parse(text), {
    serf: { rpc: '127.0.0.1:7373', authKeyFile: join(place.run, 'haproxy', 'rpc.key') },
    frontends: [{ bind: '0.0.0.0:8080', pool: 'nodes' }],
    pools: [{ name: 'nodes', tags: { role: 'backend' }, port: 3000 }],
  })
})

t.test('a container without a name takes another one at each start', async t => {
  const first = await nodeSettings({}, host)
  const second = await nodeSettings({}, host)
  t.match(first.name, /^3df5ee34e5d6-[0-9a-z]{4}$/)
  t.not(first.name, second.name)
})

t.test("compose's number of a container is in its name", async t => {
  for (const name of ['lab-webapp-12.lab_default', 'lab_webapp_12']) {
    const named = { ...host, namesOf: async () => ['3df5ee34e5d6', name] }
    t.match((await nodeSettings({}, named)).name, /^webapp-12-[0-9a-z]{4}$/)
  }
})

t.test('an environment that is wrong is refused with what was found and wanted', async t => {
  const { place, environment } = await container(t)
  const good = { ...environment, ROLE: 'backend' }
  const wrong: [Record<string, string>, RegExp][] = [
    [{ ROLE: 'queen' }, /ROLE: found queen, wanted balancer or backend/],
    [{ NODE_NAME: 'a b' }, /NODE_NAME: found "a b", wanted at most 63/],
    [{ NODE_ADDRESS: '::1' }, /NODE_ADDRESS: found ::1, wanted an IPv4/],
    [{ SERF_RPC_ADDR: '7373' }, /SERF_RPC_ADDR: found 7373, wanted ADDRESS:PORT/],
    [{ SERF_PROFILE: 'wide' }, /SERF_PROFILE: found wide, wanted lan or local/],
    [{ SERF_SEEDS: ' , ' }, /SERF_SEEDS: found nothing, wanted names/],
    [{ SERVER_TAG: 'a\nb' }, /SERVER_TAG: found several lines, wanted one/],
    [{ KEYS: '/nowhere' }, /cannot read the key \/nowhere\/gossip \(ENOENT\); mount a folder/],
  ]
  for (const [change, message] of wrong) {
    await t.rejects(configure({ ...good, ...change }, host, place), { name: 'NodeError', message })
  }
  const noNetwork = { ...host, interfaces: {} }
  await t.rejects(configure(good, noNetwork, place), /no IPv4 address; give it a network/)
  await writeFile(place.accounts, '')
  await t.rejects(configure(good, host, place), /found no user _serf/)
})

t.test('seeds are apart by blanks or commas', async t => {
  t.same(seedsIn({ SERF_SEEDS: 'ha, webapp  10.0.0.1' }), ['ha', 'webapp', '10.0.0.1'])
})

t.test('keys that are there stay, and a key that is none is refused', async t => {
  const folder = temporaryFolder(t)
  const first = newKeys()
  await writeKeys(folder, first)
  await writeKeys(folder, newKeys())
  t.same(await readKeys(folder), first)
  await writeFile(join(folder, 'gossip'), 'c2hvcnQ=\n')
  await t.rejects(readKeys(folder), /found 5 bytes of base64, wanted 16, 24 or 32/)
  await writeFile(join(folder, 'rpc'), '\n')
  await t.rejects(readKeys(folder), /found an empty file, wanted a key/)
})
