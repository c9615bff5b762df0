import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort, missingProgram, temporaryFolder } from 'real-components'
import t, { type Test } from 'tap'
import { writeFileSync } from 'node:fs'

const bin = fileURLToPath(new URL('../../bin/serf-haproxy.js', import.meta.url))

interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

function run(...args: string[]): Promise<Ended> {
  return new Promise(resolve => {
    const child = execFile(process.execPath, [bin, ...args], (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    )
  })
}

async function configuration(t: Test, template?: string): Promise<string> {
  const folder = temporaryFolder(t)
  if (template !== undefined) writeFileSync(join(folder, 'my.hbs'), template)
  const file = join(folder, 'agent.yaml')
  writeFileSync(
    file,
    `
serf: { rpc: '127.0.0.1:${await freePort('127.0.0.1')}' }
haproxy: { configFile: haproxy.cfg, runtimeSocket: r.sock, masterSocket: m.sock }
frontends: [{ name: web, bind: '127.0.0.1:${await freePort('127.0.0.1')}', pool: nodes }]
pools: [{ name: nodes, tags: { role: backend }, port: 3000 }]
listen: '127.0.0.1:${await freePort('127.0.0.1')}'
${template === undefined ? '' : 'template: my.hbs'}
`,
  )
  return file
}

t.test('it says which version it is', async t => {
  t.match(await run('--version'), { code: 0, stdout: /^\d+\.\d+\.\d+\n$/, stderr: '' })
})

t.test(
  'render --no-members prints a configuration with empty pools, and --out writes it',
  async t => {
    const file = await configuration(t)
    const { code, stdout } = await run('render', '--no-members', '--config', file)
    t.equal(code, 0)
    t.match(stdout, /^backend nodes$/m)
    t.notMatch(stdout, /^\s*server /m)
    const out = join(temporaryFolder(t), 'out.cfg')
    t.equal((await run('render', '--no-members', '--config', file, '--out', out)).code, 0)
    t.equal(readFileSync(out, 'utf8'), stdout)
  },
)

t.test('render says that no Serf agent answers, and how to do without', async t => {
  const { code, stdout, stderr } = await run('render', '--config', await configuration(t))
  t.equal(code, 2)
  t.equal(stdout, '')
  t.match(stderr, /^error: cannot read the members: No Serf agent answers at .*--no-members/)
})

t.test('check has HAProxy judge the result', { skip: missingProgram('haproxy') }, async t => {
  const good = await run('check', '--no-members', '--json', '--config', await configuration(t))
  t.equal(good.code, 0)
  t.same(JSON.parse(good.stdout), { ok: true, servers: 0 })
  const bad = await run(
    'check',
    '--no-members',
    '--config',
    await configuration(t, 'global\n  nonsense\n'),
  )
  t.equal(bad.code, 1)
  t.match(bad.stderr, /HAProxy rejects the configuration:[^]*nonsense/)
})

t.test('a broken template is told with its line and column', async t => {
  const file = await configuration(t, 'global\n{{#each pools}\n')
  const { code, stderr } = await run('check', '--no-members', '--config', file)
  t.equal(code, 2)
  t.match(stderr, /^error: my\.hbs:2:/)
})

t.test('status says that no agent answers', async t => {
  const { code, stderr } = await run('status', '--config', await configuration(t))
  t.equal(code, 2)
  t.match(stderr, /no agent answers at .*control\.sock, nor at 127\.0\.0\.1:/)
})

t.test('wrong usage exits with 2', async t => {
  t.equal((await run('nonsense')).code, 2)
  t.equal((await run('run', '--config', '/no/such/file.yaml')).code, 2)
  t.equal((await run('--help')).code, 0)
})
