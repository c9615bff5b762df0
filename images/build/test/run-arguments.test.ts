import t from 'tap'
import { runArguments, type NodeContainer } from '../src/run-arguments.js'

const node: NodeContainer = {
  image: 'webapp',
  name: 's1-10.1.2',
  hostname: 's1',
  labels: { lab: 'mine' },
  network: 'lab-net',
  alias: 'cluster',
  address: '10.1.2.11',
  published: [{ own: 3000, published: 20_083 }],
  keys: '/tmp/lab/keys',
  environment: { NODE_NAME: 's1' },
  options: ['--entrypoint', '/bin/sh'],
  command: ['-c', 'true'],
}

t.test('a node is published on loopback only, and writes to nothing but /run', async t => {
  const args = runArguments(node)
  t.same(args.slice(0, 2), ['run', '--detach'])
  for (const arg of [
    '--publish=127.0.0.1:20083:3000',
    '--read-only',
    '--cap-drop=ALL',
    '--security-opt=no-new-privileges',
    '--volume=/tmp/lab/keys:/keys:ro,z',
    '--label=lab=mine',
    '--env=NODE_NAME=s1',
  ]) {
    t.ok(args.includes(arg), arg)
  }
  t.notOk(args.some(arg => arg.startsWith('--publish=0.0.0.0') || arg === '--privileged'))
})

t.test('options come before the image, and the command after it', async t => {
  const args = runArguments(node)
  t.same(args.slice(-5), ['--entrypoint', '/bin/sh', 'serf-haproxy-webapp:latest', '-c', 'true'])
})
