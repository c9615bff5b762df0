import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { missingProgram, until } from 'real-components'
import t, { type Test } from 'tap'
import { noNamespaces } from './cut-off-network.js'
import { openShell, type Shell } from './shell.js'

const guide = readFileSync(
  fileURLToPath(new URL('../../../../../docs/adopt.md', import.meta.url)),
  'utf8',
)
const blocks = (language: string) =>
  [...guide.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)\`\`\`$`, 'gm'))].map(
    ([, text = '']) => text,
  )
const commands = blocks('sh').flatMap(block => block.trim().split('\n'))

/** Moves the places of a text into a folder, and the addresses to the loopback. */
const moved = (folder: string) => (text: string) =>
  text
    .replaceAll(/(?<=^|[\s=])\/(?=(?:etc|run)\/)/gm, `${folder}/`)
    .replaceAll('10.0.0.', '127.0.0.')
    .replace(/^serf agent$/, '$& -node=lb -bind=127.0.0.5')
    .replace(/^serf agent -tag .*/, '$& -node=m1 -bind=127.0.0.21 -rpc-addr=127.0.0.21:7373')
    .replace(/^serf-haproxy adopt .*/, `$& --root ${folder}`)

/** Debian's unit, whose sockets are in the folder. */
const unit = (folder: string) => `[Service]
EnvironmentFile=-/etc/default/haproxy
Environment="CONFIG=/etc/haproxy/haproxy.cfg" "EXTRAOPTS=-S ${folder}/run/m.sock"
ExecStart=/usr/sbin/haproxy -Ws -f $CONFIG $EXTRAOPTS
`

const applications = `for (const host of ['127.0.0.11', '127.0.0.12', '127.0.0.21'])
  require('node:http').createServer((_, r) => r.end(host)).listen(3000, host)`
const request = `fetch('http://127.0.0.5/').then(r => r.text()).then(text => console.log(text))`

/** Starts what the guide finds on the machine: HAProxy with its file and unit, and web servers. */
async function startMachine(shell: Shell): Promise<void> {
  const { folder } = shell
  for (const each of ['etc/haproxy', 'run/haproxy', 'lib/systemd/system', 'bin'])
    mkdirSync(join(folder, each), { recursive: true })
  const [text = ''] = blocks('haproxy')
  writeFileSync(join(folder, 'etc/haproxy/haproxy.cfg'), moved(folder)(text))
  writeFileSync(join(folder, 'lib/systemd/system/haproxy.service'), unit(folder))
  // systemd is not here: this does what the unit's reload does.
  const systemctl = join(folder, 'bin/systemctl')
  writeFileSync(systemctl, `#!/bin/sh\nkill -USR2 "$(cat ${folder}/run/haproxy.pid)"\n`)
  chmodSync(systemctl, 0o755)
  shell.start(`exec "${process.execPath}" -e "${applications}"`)
  shell.start(
    `exec haproxy -W -S ${folder}/run/m.sock -p ${folder}/run/haproxy.pid -f ${folder}/etc/haproxy/haproxy.cfg`,
  )
  await until('the static servers', async () => /^127\.0\.0\.1[12]$/m.test(await answer(shell)))
}

async function answer(shell: Shell): Promise<string> {
  return (await shell.run(`"${process.execPath}" -e "${request}"`)).output
}

/** Stops the agent by the process id in its lock. */
async function stopAgent(lock: string): Promise<void> {
  if (!existsSync(lock)) return
  process.kill(Number(JSON.parse(readFileSync(lock, 'utf8')).pid), 'SIGTERM')
  await until('the end of the agent', () => !existsSync(lock))
}

/** Runs a command of the guide, after the state that its text promises. */
async function follow(t: Test, shell: Shell, line: string): Promise<void> {
  const own = moved(shell.folder)(line)
  const cfg = join(shell.folder, 'etc/haproxy/haproxy.cfg')
  const members = `serf-haproxy members --config ${shell.folder}/etc/serf-haproxy/serf-haproxy.yaml`
  if (line.startsWith('serf agent')) {
    const output = shell.start(own)
    await until('the Serf agent', () => output().includes('Serf agent running'))
  } else if (line.startsWith('serf-haproxy run')) {
    shell.start(own)
    await until('m1', async () => /^m1 /m.test((await shell.run(members)).output))
  } else {
    if (line.startsWith('serf-haproxy unadopt')) await stopAgent(`${cfg}.lock`)
    const path = `PATH="${shell.folder}/bin:$PATH"`
    t.match(await shell.run(`${path} ${own}`), { code: 0 }, line)
  }
}

const skip = noNamespaces || missingProgram('serf', 'haproxy')

t.test('the guide to adopt works as written', { skip }, async t => {
  const shell = openShell(t, 'haproxy')
  await startMachine(shell)
  const file = () => readFileSync(join(shell.folder, 'etc/haproxy/haproxy.cfg'), 'utf8')
  const original = file()
  t.equal(commands.length, 12)
  for (const line of commands) {
    await follow(t, shell, line)
    if (line.startsWith('serf-haproxy accept')) {
      await until('the member', async () => (await answer(shell)) === '127.0.0.21\n')
      await until('the file', () => file().includes('server m1 '))
    }
    if (line.startsWith('serf-haproxy unadopt --config')) t.match(file(), /# Rack 7\n\tserver m1 /)
  }
  t.equal(file(), original)
  await until('the static servers', async () => /^127\.0\.0\.1[12]$/m.test(await answer(shell)))
})
