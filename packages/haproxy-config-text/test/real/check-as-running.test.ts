import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  endProcess,
  freePort,
  haproxyReleases,
  loopbackAddress,
  missingProgram,
  temporaryFolder,
  until,
} from 'real-components'
import t, { type Test } from 'tap'
import { checkConfiguration } from '../../src/index.js'

const skip = missingProgram('haproxy')
const releases = skip ? [] : haproxyReleases()

const defaults =
  'defaults\n  mode http\n  timeout client 1s\n  timeout server 1s\n  timeout connect 1s\n'

/** The way in which a test starts HAProxy. */
interface Start {
  readonly program: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
}

/** Starts a HAProxy and resolves with its master's process id when its workers run. */
async function start(t: Test, { program, args, cwd, env = {} }: Start): Promise<number> {
  const ready = join(cwd, `ready-${await freePort('127.0.0.1')}`)
  const child = spawn(program, ['-W', '-db', '-p', ready, ...args], {
    cwd,
    env: { PATH: process.env['PATH'], ...env },
  })
  t.teardown(() => endProcess(child, 'SIGTERM'))
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => (output += text.toString()))
  await until('workers', () => {
    if (child.exitCode !== null) throw new Error(output)
    return /Loading success|worker .*forked/i.test(output)
  })
  await until('the master to wait for its worker', () => isWaiting(Number(child.pid)))
  return Number(child.pid)
}

/** Returns whether a master has started itself again to wait; the unpacked release is a script until then. */
function isWaiting(pid: number): boolean {
  try {
    const isScript = readlinkSync(`/proc/${pid}/exe`).endsWith('sh')
    return (
      !isScript && /HAPROXY_MWORKER_WAIT_ONLY/.test(readFileSync(`/proc/${pid}/environ`, 'utf8'))
    )
  } catch {
    return false
  }
}

for (const { version, program } of releases) {
  const frontend = async (rules: string) =>
    `${defaults}frontend web\n  bind ${loopbackAddress()}:${await freePort('127.0.0.1')}\n${rules}`

  t.test(`${version} checks a text with the other files that it runs`, async t => {
    const cwd = temporaryFolder(t)
    const configFile = join(cwd, 'haproxy.cfg')
    writeFileSync(join(cwd, 'static.cfg'), 'backend static\n  mode http\n')
    const text = await frontend('  use_backend static if { path /a }\n')
    writeFileSync(configFile, text)
    const running = await start(t, {
      program,
      cwd,
      args: '-f haproxy.cfg -- static.cfg'.split(' '),
    })
    t.match(await checkConfiguration(text, { configFile, binary: program }), { ok: false })
    t.match(await checkConfiguration(text, { configFile, running }), { ok: true })
    t.match(
      await checkConfiguration(`${text}  use_backend none if { path /b }\n`, {
        configFile,
        running,
      }),
      { ok: false, report: /unable to find required use_backend: 'none'/ },
    )
    const settings = { binary: program, args: ['-f', 'static.cfg'], cwd }
    t.match(await checkConfiguration(text, { configFile, ...settings }), { ok: true })
  })

  t.test(`${version} checks a text in its place of a folder, and through a link`, async t => {
    const cwd = temporaryFolder(t)
    const folder = join(cwd, 'conf.d')
    mkdirSync(folder)
    writeFileSync(join(folder, '10-defaults.cfg'), defaults)
    writeFileSync(join(folder, '30-static.cfg'), 'backend static\n')
    const configFile = join(cwd, 'own')
    const text = `frontend web\n  bind ${loopbackAddress()}:${await freePort('127.0.0.1')}\n  default_backend static\n`
    writeFileSync(configFile, text)
    symlinkSync(configFile, join(folder, '20-own.cfg'))
    const running = await start(t, { program, cwd, args: ['-dW', '-f', 'conf.d'] })
    t.match(await checkConfiguration(text, { configFile, running }), { ok: true })
    const wrong = await checkConfiguration(`${text}  made-up\n`, { configFile, running })
    t.match(wrong, { ok: false, line: 4, report: /\[own:4\]/ })
  })

  t.test(`${version} takes no line of another file for one of the text`, async t => {
    const cwd = temporaryFolder(t)
    const configFile = join(cwd, 'haproxy.cfg')
    const other = join(cwd, 'other.cfg')
    writeFileSync(other, `${defaults}  made-up\n`)
    const options = { configFile, binary: program, args: ['-f', other, '-f', configFile] }
    const result = await checkConfiguration('backend b\n  server s 192.0.2.1:80\n', options)
    t.match(result, { ok: false, line: undefined, report: /other\.cfg:6/ })
  })

  t.test(`${version} checks with the variables of its own environment only`, async t => {
    const cwd = temporaryFolder(t)
    const configFile = join(cwd, 'haproxy.cfg')
    const address = loopbackAddress()
    const bind = (variable: string) =>
      `${defaults}frontend web\n  bind "${address}:\${${variable}}"\n`
    writeFileSync(configFile, bind('MYPORT'))
    const env = { MYPORT: String(await freePort(address)) }
    const running = await start(t, { program, cwd, env, args: ['-f', configFile] })
    const check = (text: string, more: object) => checkConfiguration(text, { configFile, ...more })
    t.match(await check(bind('MYPORT'), { binary: program }), { ok: false })
    const result = await check(bind('MYPORT'), { running })
    t.match(result, { ok: true, running: { cwd } })
    process.env['ONLY_HERE'] = '8080'
    t.teardown(() => delete process.env['ONLY_HERE'])
    t.match(await check(bind('ONLY_HERE'), { binary: program }), { ok: true })
    t.match(await check(bind('ONLY_HERE'), { running }), { ok: false, line: 7 })
    t.match(await check(bind('ADDED'), { running, env: { ADDED: '8081' } }), { ok: true })
    t.match(
      await check(bind('MYPORT'), { running: result.running }),
      { ok: true },
      'an earlier result stands for a HAProxy that is away',
    )
  })

  t.test(`${version} checks paths from the folder that -C names`, async t => {
    const folder = temporaryFolder(t)
    const other = temporaryFolder(t)
    const configFile = join(folder, 'haproxy.cfg')
    writeFileSync(join(folder, 'hosts.map'), 'a.example web\n')
    const text = await frontend('  use_backend %[req.hdr(host),map(hosts.map)]\nbackend web\n')
    writeFileSync(configFile, text)
    const args = ['-C', folder, '-f', 'haproxy.cfg']
    const running = await start(t, { program, cwd: other, args })
    t.match(await checkConfiguration(text, { configFile, binary: program }), { ok: false })
    t.match(await checkConfiguration(text, { configFile, running }), { ok: true })
    t.match(await checkConfiguration(text, { configFile, binary: program, args }), { ok: true })
  })

  t.test(`${version} itself is asked, not the haproxy of the PATH`, async t => {
    const cwd = temporaryFolder(t)
    const configFile = join(cwd, 'haproxy.cfg')
    const text = await frontend('')
    writeFileSync(configFile, text)
    const running = await start(t, { program, cwd, args: ['-f', configFile] })
    const path = process.env['PATH']
    process.env['PATH'] = cwd
    t.teardown(() => (process.env['PATH'] = path))
    t.match(await checkConfiguration(text, { configFile, running }), { ok: true })
    // The condition says which release reads it.
    const only = `${text}.if !version_atleast(${version})
made-up
.endif
.if version_atleast(${version}.99)
made-up
.endif
`
    t.match(await checkConfiguration(only, { configFile, running }), { ok: true })
  })

  t.test(`${version} that runs another file is not taken for ours`, async t => {
    const cwd = temporaryFolder(t)
    writeFileSync(join(cwd, 'haproxy.cfg'), await frontend(''))
    const running = await start(t, { program, cwd, args: ['-f', 'haproxy.cfg'] })
    const configFile = join(cwd, 'other.cfg')
    const text = await frontend('')
    const result = await checkConfiguration(text, { configFile, running, binary: program })
    t.match(result, {
      ok: true,
      running: { problem: /does not load .*other\.cfg: expected it among .* got haproxy\.cfg/ },
    })
  })
}
