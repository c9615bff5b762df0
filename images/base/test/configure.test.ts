import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { temporaryFolder } from 'real-components'
import t, { type Test } from 'tap'
import { configure } from '../src/configure.js'
import { newKeys, writeKeys } from '../src/keys.js'
import { host } from './container-host.js'

/** Creates `/run`, `/keys` and accounts of a container; all users map to the test's user. */
async function container(t: Test) {
  const folder = temporaryFolder(t)
  const [uid, gid] = [process.getuid?.(), process.getgid?.()]
  const accounts = join(folder, 'passwd')
  await writeFile(
    accounts,
    `_serf:x:${uid}:${gid}::/:\nhaproxy:x:${uid}:${gid}::/:\nserf-haproxy:x:${uid}:${gid}::/:\n`,
  )
  const keys = newKeys()
  await writeKeys(join(folder, 'keys'), keys)
  const environment = { KEYS: join(folder, 'keys'), SERF_SEEDS: 'ha webapp' }
  return { place: { run: join(folder, 'run'), accounts }, environment, keys }
}

t.test('a backend gets files for Serf and the application, readable by one user only', async t => {
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

t.test('a balancer also gets the configuration of its agent', async t => {
  const { place, environment } = await container(t)
  await configure({ ...environment, ROLE: 'balancer', NODE_NAME: 'ha' }, host, place)
  const folder = join(place.run, 'serf-haproxy')
  const text = await readFile(join(folder, 'serf-haproxy.yaml'), 'utf8')
  t.match(JSON.parse(text), {
    serf: { rpc: '127.0.0.1:7373', authKeyFile: join(folder, 'rpc.key') },
    haproxy: {
      configFile: join(folder, 'haproxy.cfg'),
      runtimeSocket: join(place.run, 'haproxy', 'runtime.sock'),
      runtimeSocketMode: '660',
    },
    frontends: [{ bind: '0.0.0.0:8080', pool: 'nodes' }],
    pools: [{ name: 'nodes', tags: { role: 'backend' }, port: 3000 }],
  })
  const modes = {
    haproxy: 0o2750,
    'serf-haproxy': 0o750,
    'serf-haproxy/haproxy.cfg': 0o640,
    'serf-haproxy/serf-haproxy.yaml': 0o600,
    'serf-haproxy/rpc.key': 0o600,
  }
  for (const [file, mode] of Object.entries(modes))
    t.equal((await stat(join(place.run, file))).mode & 0o7777, mode, file)
})

t.test('a restarted container keeps the configuration that HAProxy ran', async t => {
  const { place, environment } = await container(t)
  const again = () => configure({ ...environment, ROLE: 'balancer', NODE_NAME: 'ha' }, host, place)
  await again()
  const file = join(place.run, 'serf-haproxy', 'haproxy.cfg')
  await writeFile(file, 'global\n')
  await again()
  t.equal(await readFile(file, 'utf8'), 'global\n')
})

t.test('an invalid environment is rejected with the expected and the actual value', async t => {
  const { place, environment } = await container(t)
  const good = { ...environment, ROLE: 'backend' }
  const wrong: [Record<string, string>, RegExp][] = [
    [{ ROLE: 'queen' }, /ROLE: expected balancer or backend, got queen/],
    [{ NODE_NAME: 'a b' }, /NODE_NAME: expected at most 63 .*, got "a b"/],
    [{ NODE_ADDRESS: '::1' }, /NODE_ADDRESS: expected an IPv4 address, got ::1/],
    [{ SERF_RPC_ADDR: '7373' }, /SERF_RPC_ADDR: expected ADDRESS:PORT, got 7373/],
    [{ SERF_PROFILE: 'wide' }, /SERF_PROFILE: expected lan or local, got wide/],
    [{ SERF_SEEDS: ' , ' }, /SERF_SEEDS: expected names or addresses, got nothing/],
    [{ SERVER_TAG: 'a\nb' }, /SERVER_TAG: expected one line, got several/],
    [{ KEYS: '/nowhere' }, /cannot read the key \/nowhere\/gossip \(ENOENT\); mount a folder/],
  ]
  for (const [change, message] of wrong) {
    await t.rejects(configure({ ...good, ...change }, host, place), { name: 'NodeError', message })
  }
  const noNetwork = { ...host, interfaces: {} }
  await t.rejects(configure(good, noNetwork, place), /no IPv4 address; attach a network/)
  await writeFile(place.accounts, '')
  await t.rejects(configure(good, host, place), /expected the user _serf .*, got none/)
})
