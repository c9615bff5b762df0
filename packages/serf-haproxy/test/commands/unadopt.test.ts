import { readFileSync, statSync, writeFileSync, chmodSync } from 'node:fs'
import { join } from 'node:path'
import { missingProgram, temporaryFolder } from 'real-components'
import t, { type Test } from 'tap'
import { runCommand } from '../run-command.js'

const text = `global
  stats socket /run/haproxy/admin.sock level admin
defaults
  mode http
  timeout connect 1s
  timeout client 1s
  timeout server 1s
backend web
  server web1 10.0.0.1:3000 check`

/** Adopts a file, and returns the calls of unadopt on it. */
async function adopted(t: Test) {
  const folder = temporaryFolder(t)
  const file = join(folder, 'haproxy.cfg')
  writeFileSync(file, `${text}\n`)
  chmodSync(file, 0o640)
  const out = ['--out', folder, '--master-socket', '/run/m.sock']
  t.match(await runCommand('adopt', file, ...out), { code: 0 })
  const rendering = `${text.replace(/ {2}server web1.*$/, '')}  server m1 10.0.0.7:3000 weight 100 check\n`
  writeFileSync(file, rendering)
  const config = join(folder, 'serf-haproxy.yaml')
  const unadopt = (...flags: string[]) => runCommand('unadopt', '--config', config, ...flags)
  return { folder, file, rendering, unadopt }
}

const skip = missingProgram('haproxy')

t.test('unadopt leaves the members as plain lines', { skip }, async t => {
  const { file, rendering, unadopt } = await adopted(t)
  writeFileSync(`${file}.pending`, '{}')
  t.match(await unadopt(), { code: 0, stdout: `${file} is a plain configuration` })
  t.equal(readFileSync(file, 'utf8'), rendering)
  t.throws(() => statSync(`${file}.pending`))
})

t.test('unadopt --original writes the bytes of before, with the file’s mode', { skip }, async t => {
  const { file, rendering, unadopt } = await adopted(t)
  t.match(await unadopt('--original', '--dry-run'), {
    code: 0,
    stdout: /Nothing is written; .* would change/,
  })
  t.equal(readFileSync(file, 'utf8'), rendering)
  t.match(await unadopt('--original'), { code: 0, stdout: /Wrote .*; reload HAProxy/ })
  t.equal(readFileSync(file, 'utf8'), `${text}\n`)
  t.equal(statSync(file).mode & 0o777, 0o640)
  const { stdout } = await unadopt('--original', '--json')
  t.same(JSON.parse(stdout), { ok: true, file, written: true, changed: false })
})

t.test(
  'unadopt waits for the end of the agent, and writes nothing that HAProxy rejects',
  { skip },
  async t => {
    const { folder, file, unadopt } = await adopted(t)
    writeFileSync(`${file}.lock`, JSON.stringify({ pid: process.pid, startedAt: '' }))
    t.match(await unadopt(), {
      code: 2,
      stderr: `the agent with process id ${process.pid} writes ${file}; stop it first`,
    })
    writeFileSync(`${file}.lock`, '')
    writeFileSync(join(folder, 'haproxy.cfg.original'), 'nonsense\n')
    t.match(await unadopt('--original'), {
      code: 1,
      stderr: /HAProxy rejects .*; nothing is written:\n.*nonsense/s,
    })
    t.match(await unadopt('--original', '--json'), { code: 1, stdout: /"ok":false.*"report":/ })
    t.notMatch(readFileSync(file, 'utf8'), 'nonsense')
  },
)

t.test('unadopt without a file to write ends with 2', async t => {
  const folder = temporaryFolder(t)
  const config = join(folder, 'serf-haproxy.yaml')
  writeFileSync(
    config,
    'haproxy: { configFile: h.cfg, runtimeSocket: a, masterSocket: m }\nfrontends: []\npools: [{ name: web, port: 80 }]\n',
  )
  t.match(await runCommand('unadopt', '--config', config), { code: 2, stderr: /--original writes/ })
  const original = await runCommand('unadopt', '--original', '--config', config)
  t.match(original, { code: 2, stderr: /expected the file as it was before adopt, got no / })
  t.match(await runCommand('unadopt', '--help'), { code: 0, stdout: /--original/ })
})
