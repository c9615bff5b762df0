import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { missingProgram, temporaryFolder } from 'real-components'
import t, { type Test } from 'tap'
import { runCommand } from '../run-command.js'

const text = `global
  stats socket /run/haproxy/admin.sock level admin
  user root
userlist staff
  user anna insecure-password hidden-word
defaults
  mode http
  timeout connect 1s
  timeout client 1s
  timeout server 1s
backend web
  server web1 10.0.0.1:3000 check
  server web2 10.0.0.2:3000 check
backend cart
  cookie CART insert
  server cart1 10.0.1.1:3000 check
`

/** Writes the file, and returns a call of adopt on it. */
function place(t: Test, source = text) {
  const folder = temporaryFolder(t)
  const file = join(folder, 'haproxy.cfg')
  const out = join(folder, 'new', 'agent')
  writeFileSync(file, source)
  const adopt = (...flags: string[]) =>
    runCommand('adopt', file, '--out', out, '--master-socket', '/run/m.sock', ...flags)
  return { file, out, adopt }
}

const skip = missingProgram('haproxy')

t.test('adopt writes files that check accepts, and tells what it found', { skip }, async t => {
  const { file, out, adopt } = place(t)
  const { code, stdout } = await adopt()
  t.equal(code, 0)
  t.match(stdout, `${file} becomes a template.`)
  t.match(stdout, `stats socket   /run/haproxy/admin.sock (${file}:2)`)
  t.match(stdout, `pool web (${file}:11): members with role=web at port 3000 replace 2 servers`)
  t.match(stdout, `backend cart stays as it is: ${file}:15: the cookie CART holds`)
  t.match(stdout, '\n-  server web1 10.0.0.1:3000 check\n-  server web2 10.0.0.2:3000 check\n')
  t.match(stdout, 'HAProxy accepts it (haproxy -c).')
  t.match(stdout, `${file}:1: missing-hard-stop: `)
  t.same(readdirSync(out).toSorted(), [
    'haproxy.cfg.hbs',
    'haproxy.cfg.original',
    'serf-haproxy.yaml',
  ])
  t.equal(readFileSync(file, 'utf8'), text, 'HAProxy’s file stays')
  const config = join(out, 'serf-haproxy.yaml')
  t.match(await runCommand('check', '--no-members', '--config', config), { code: 0 })
})

t.test(
  'adopt twice writes nothing, and an edited template is not overwritten',
  { skip },
  async t => {
    const { out, adopt } = place(t)
    t.match(await adopt(), { code: 0, stdout: /^Wrote /m })
    t.match(await adopt(), {
      code: 0,
      stdout: /Nothing to write: all files have these bytes already\n$/,
    })
    const template = join(out, 'haproxy.cfg.hbs')
    const edited = `${readFileSync(template, 'utf8')}# mine\n`
    writeFileSync(template, edited)
    const refused = await adopt()
    t.match(refused, {
      code: 2,
      stdout: '',
      stderr: /haproxy\.cfg\.hbs, or one as adopt writes it.*--out.*--force/,
    })
    t.equal(readFileSync(template, 'utf8'), edited)
    t.match(await adopt('--force'), { code: 0, stdout: /Wrote .*haproxy\.cfg\.hbs\./ })
    t.not(readFileSync(template, 'utf8'), edited)
  },
)

t.test('--json has all of it, --dry-run writes nothing, --pool chooses', { skip }, async t => {
  const { file, out, adopt } = place(t)
  const { code, stdout } = await adopt('--dry-run', '--json', '--pool', 'web=role:app,port:81')
  t.equal(code, 0)
  t.match(JSON.parse(stdout), {
    ok: true,
    file,
    runtimeSocket: { path: '/run/haproxy/admin.sock', from: `${file}:2` },
    masterSocket: { path: '/run/m.sock', from: '--master-socket' },
    process: ['user root'],
    pools: [{ name: 'web', role: 'app', port: 81, replaces: [`${file}:12`, `${file}:13`] }],
    kept: [{ backend: 'cart', place: `${file}:15`, remedy: /write the word/ }],
    check: { kind: 'accepted' },
    written: false,
    files: [{ path: join(out, 'serf-haproxy.yaml'), state: 'new' }, {}, {}],
  })
  t.throws(() => readdirSync(out))
})

t.test('line ends that change are reported, also as JSON', { skip }, async t => {
  const { adopt } = place(t, text.replaceAll('\n', '\r\n'))
  t.match((await adopt('--dry-run')).stdout, /^note: lines that end with CRLF .* --original/m)
  t.match(JSON.parse((await adopt('--dry-run', '--json')).stdout), { notes: [/CRLF/] })
})

t.test('of several files one is adopted, and the others stay in the check', { skip }, async t => {
  const folder = temporaryFolder(t)
  const [head, back] = [join(folder, 'global.cfg'), join(folder, 'conf.d')]
  mkdirSync(back)
  const at = text.indexOf('backend web')
  writeFileSync(head, text.slice(0, at))
  writeFileSync(join(back, 'web.cfg'), text.slice(at, text.indexOf('backend cart')))
  const extra = 'frontend f\n  bind 127.0.0.1:8099\n  default_backend web\n'
  writeFileSync(join(back, 'in.cfg'), extra)
  const flags = ['--out', folder, '--master-socket', '/run/m.sock']
  const { code, stdout } = await runCommand('adopt', '-f', head, '-f', back, ...flags)
  t.equal(code, 0)
  t.match(stdout, `${join(back, 'web.cfg')} becomes a template.`)
  t.match(stdout, `other files    ${head}, ${join(back, 'in.cfg')}\n`)
  t.match(stdout, /stay as they are: .* has HAProxy check it with them/)
  const config = join(folder, 'serf-haproxy.yaml')
  t.match(readFileSync(config, 'utf8'), `args: [-f, ${head}, -f, ${back}] # as HAProxy is started`)
  t.match(await runCommand('check', '--no-members', '--config', config), { code: 0 })
  writeFileSync(join(back, 'later.cfg'), 'nonsense\n')
  t.match(await runCommand('check', '--no-members', '--config', config), {
    code: 1,
    stderr: /later\.cfg:1.*nonsense/,
  })
})

t.test('with the Debian package, the commands are those of its units', { skip }, async t => {
  const root = temporaryFolder(t)
  for (const folder of ['etc/haproxy', 'lib/systemd/system'])
    mkdirSync(join(root, folder), { recursive: true })
  const gid = process.getgid?.() ?? 0
  writeFileSync(join(root, 'etc/passwd'), `serf-haproxy:x:1:${gid}::/var/lib/serf-haproxy:/x\n`)
  writeFileSync(join(root, 'etc/haproxy/haproxy.cfg'), text)
  writeFileSync(
    join(root, 'lib/systemd/system/haproxy.service'),
    '[Service]\nExecStart=/usr/sbin/haproxy -Ws -f /etc/haproxy/haproxy.cfg -S /run/m.sock\n',
  )
  const { code, stdout } = await runCommand('adopt', '--root', root, '--out', join(root, 'out'))
  t.equal(code, 0)
  const own = `${root}/var/lib/serf-haproxy/haproxy.cfg`
  t.match(stdout, `\n  the agent writes ${own}; `)
  t.match(stdout, `-m 640 ${root}/etc/haproxy/haproxy.cfg ${own}\n`)
  t.match(
    stdout,
    /\n {2}systemctl enable --now serf-haproxy .*\n {2}rm \/etc\/systemd\/system\/haproxy/s,
  )
  t.notMatch(stdout, 'serf-haproxy run')
})

t.test('what cannot be adopted ends with 2, and with the line', async t => {
  const { file, adopt } = place(t)
  t.match(await adopt('--pool', 'cart'), {
    code: 2,
    stderr: `error: --pool cart: ${file}:15: the cookie CART`,
  })
  t.match(await adopt('--pool', 'wbe'), {
    code: 2,
    stderr: '--pool wbe: expected a backend with servers: web, cart',
  })
  t.match(await adopt('--pool', 'web=x'), { code: 2, stderr: '--pool: expected BACKEND' })
  const without = place(t, text.replace(/ {2}stats socket.*\n/, ''))
  t.match(await without.adopt(), {
    code: 2,
    stderr: /:1: expected a stats socket .*\n {2}stats socket /,
  })
  const nothing = place(t, text.replaceAll(/ {2}server web.*\n/g, ''))
  t.match(await nothing.adopt(), {
    code: 2,
    stderr: /expected a backend whose servers members can replace, got none:\n.*:13: cart: /,
  })
  t.match(await runCommand('adopt', join(file, 'x')), { code: 2, stderr: /cannot read / })
  t.match(await runCommand('adopt', '--help'), { code: 0, stdout: /--pool .*--dry-run/s })
})

t.test('a file that HAProxy rejects is not adopted', { skip }, async t => {
  const { out, adopt } = place(t, text.replace('mode http', 'mode http\n  nonsense here'))
  const { code, stdout, stderr } = await adopt()
  t.equal(code, 1)
  t.match(stdout, /unknown keyword 'nonsense'/)
  t.match(
    stderr,
    'HAProxy rejects the first rendering; nothing is written; it rejects the file as it was, too',
  )
  t.throws(() => readdirSync(out))
})

t.test(
  'passwords of the file are in the files of adopt and not in its output',
  { skip },
  async t => {
    const { out, adopt } = place(
      t,
      text.replace(
        'backend web',
        'backend web\n  http-request set-header Authorization hidden-word',
      ),
    )
    const { stdout } = await adopt()
    t.match(stdout, /set-header Authorization \[redacted\]/)
    t.notMatch(stdout, /hidden-word/)
    t.match(readFileSync(join(out, 'haproxy.cfg.hbs'), 'utf8'), /Authorization hidden-word/)
  },
)
