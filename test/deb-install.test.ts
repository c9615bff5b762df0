import { freePort, missingProgram, temporaryFolder, until, type Tidy } from 'real-components'
import t from 'tap'
import { buildDeb, newerDeb } from './build-deb.js'
import { cannotMount, cleanRoot, isOfDpkg, type CleanRoot } from './clean-root.js'

const skip = cannotMount || missingProgram('dpkg-deb', 'haproxy')
const newest = '9.0.0'

/** Both packages, built once. */
const debs = skip
  ? undefined
  : { older: buildDeb({ out: temporaryFolder(t) }), newer: newerDeb(t, newest) }

/** A root with two versions of the package, of which none is installed. */
async function rootWithDebs(t: Tidy) {
  const root = await cleanRoot(t)
  const [older, newer] = [root.add(debs?.older ?? ''), root.add(debs?.newer ?? '')]
  // As apt does without a terminal. Node.js may be here without Debian's package of it.
  const options = '--force-depends --force-confdef --force-confold --force-unsafe-io'
  const install = (deb: string) => root.must(`dpkg --install ${options} ${deb} 2>&1`)
  return { root, older, newer, install }
}

/** Configures the agent as an operator would, and returns the address of its page. */
async function configure({ must }: CleanRoot): Promise<string> {
  const [page, rpc] = [await freePort('127.0.0.1'), await freePort('127.0.0.1')]
  const yaml = `serf: { rpc: '127.0.0.1:${rpc}' }
haproxy:
  configFile: /var/lib/serf-haproxy/haproxy.cfg
  runtimeSocket: /run/haproxy/admin.sock
  masterSocket: /run/haproxy-master.sock
stateFolder: /var/lib/serf-haproxy/state
frontends: []
pools: [{ name: web, role: web, port: 3000 }]
listen: '127.0.0.1:${page}'
`
  await must(`cat > /etc/serf-haproxy/serf-haproxy.yaml <<'END'\n${yaml}END`)
  return `http://127.0.0.1:${page}`
}

const config = '--config /etc/serf-haproxy/serf-haproxy.yaml'
/** Becomes the agent's user, in the same process. */
const asAgent = ['setpriv', '--reuid=serf-haproxy', '--regid=serf-haproxy', '--init-groups']

t.test(
  'the package is installed, its program runs as the user, and every file of its page is there',
  { skip },
  async t => {
    const { root, older, install } = await rootWithDebs(t)
    await install(older)
    t.match(await root.must('serf-haproxy --version'), /^\d+\.\d+\.\d+\n$/)
    t.match(await root.must('id serf-haproxy'), /groups=.*\(haproxy\)/)
    t.match(await root.must('getent passwd serf-haproxy'), /:\/var\/lib\/serf-haproxy:.*nologin\n/)
    const places = '/etc/serf-haproxy /etc/default/serf-haproxy /var/lib/serf-haproxy'
    t.equal(
      await root.must(`stat -c '%U:%G %a %n' ${places}`),
      'root:root 755 /etc/serf-haproxy\n' +
        'root:root 644 /etc/default/serf-haproxy\n' +
        'serf-haproxy:serf-haproxy 750 /var/lib/serf-haproxy\n',
    )
    t.equal(await root.must('dpkg --verify serf-haproxy'), '')
    const url = await configure(root)
    t.match(await root.must(`serf-haproxy check --no-members ${config}`), /valid|accept|good/i)
    root.start(...asAgent, 'serf-haproxy', 'run', ...config.split(' '))
    const html = await until('the page', async () => {
      const response = await fetch(url).catch(() => undefined)
      return response?.ok && response.text()
    })
    const [seen, left] = [new Set<string>(), filesIn(html)]
    for (let file = left.pop(); file !== undefined; file = left.pop()) {
      if (seen.has(file)) continue
      seen.add(file)
      const response = await fetch(new URL(file, url))
      t.equal(response.status, 200, file)
      if (file.endsWith('.js')) {
        const imported = filesIn(await response.text())
        left.push(...imported.map(each => new URL(each, new URL(file, url)).pathname))
      }
    }
    t.ok(seen.size > 10)
    const owner = await until('the first configuration', async () => {
      const { code, stdout } = await root.run("stat -c '%U %a' /var/lib/serf-haproxy/haproxy.cfg")
      return code === 0 && stdout
    })
    t.equal(owner, 'serf-haproxy 600\n')
  },
)

/** Returns the files that a page or a module names. */
function filesIn(text: string): string[] {
  return [
    ...text.matchAll(
      /(?:from |import |src=|href=)["']((?:\.{1,2})?\/?[\w./-]+\.(?:js|css|svg))["']/g,
    ),
  ].flatMap(([, file]) => file ?? [])
}

t.test('HAProxy that is installed later lets the agent use its sockets', { skip }, async t => {
  const { root, older, install } = await rootWithDebs(t)
  await root.must('getent group haproxy && groupmod --new-name set-aside haproxy')
  await install(older)
  t.notMatch(await root.must('id serf-haproxy'), /\(haproxy\)/)
  await root.must('groupmod --new-name haproxy set-aside')
  await root.must(
    'dpkg-trigger --by-package=haproxy /usr/sbin/haproxy && dpkg --configure --pending',
  )
  t.match(await root.must('id serf-haproxy'), /groups=.*\(haproxy\)/)
})

t.test(
  'an upgrade and a downgrade keep edited settings, the state and the configuration',
  { skip },
  async t => {
    const { root, older, newer, install } = await rootWithDebs(t)
    await install(older)
    await configure(root)
    await root.must('echo OPTIONS=--none >> /etc/default/serf-haproxy')
    await root.must('install -d -o serf-haproxy -m 700 /var/lib/serf-haproxy/state')
    await root.must('echo kept > /var/lib/serf-haproxy/state/memory.json')
    const kept =
      'cat /etc/default/serf-haproxy /etc/serf-haproxy/serf-haproxy.yaml /var/lib/serf-haproxy/state/memory.json; ' +
      'stat -c "%U %a" /var/lib/serf-haproxy /var/lib/serf-haproxy/state; id serf-haproxy'
    const before = await root.must(kept)
    await install(newer)
    t.equal(await root.must("dpkg-query -W -f '${Version}' serf-haproxy"), newest)
    t.equal(await root.must(kept), before)
    t.match(await root.must('cat /etc/default/serf-haproxy.dpkg-dist'), /New in this version/)
    await install(older)
    t.not(await root.must("dpkg-query -W -f '${Version}' serf-haproxy"), newest)
    t.equal(await root.must(kept), before)
    await root.must('dpkg --remove serf-haproxy')
    t.equal((await root.run('serf-haproxy --version')).code, 127)
    t.equal(await root.must(kept), before, 'a removal keeps them, too')
  },
)

t.test('a purge leaves nothing, and gives HAProxy its own file back', { skip }, async t => {
  const { root, older, newer, install } = await rootWithDebs(t)
  await install(older)
  await configure(root)
  await root.must('echo OPTIONS=--none >> /etc/default/serf-haproxy')
  await install(newer)
  await root.must('install -o serf-haproxy -m 600 /dev/null /var/lib/serf-haproxy/haproxy.cfg')
  const units = '/etc/systemd/system'
  const example = '/usr/share/doc/serf-haproxy/examples/haproxy-follows-serf-haproxy.conf'
  await root.must(`install -D -m 644 ${example} ${units}/haproxy.service.d/serf-haproxy.conf`)
  await root.must(
    `mkdir -p ${units}/multi-user.target.wants && ln -s /usr/lib/systemd/system/serf-haproxy.service ${units}/multi-user.target.wants`,
  )
  const purged = await root.run('dpkg --purge serf-haproxy')
  t.match(purged, {
    code: 0,
    stderr: /haproxy\.service starts with \/etc\/haproxy\/haproxy\.cfg again/,
  })
  const places =
    '/etc/serf-haproxy /var/lib/serf-haproxy /usr/share/serf-haproxy /usr/share/doc/serf-haproxy'
  const left = await root.run(`ls -d ${places} ${units}/haproxy.service.d`)
  t.equal(left.stdout, '')
  t.strictSame(
    (await root.changed()).filter(path => !isOfDpkg(path)),
    [],
  )
  t.equal(await root.must('dpkg-query -W -f "${Status}" serf-haproxy 2>/dev/null || true'), '')
})
