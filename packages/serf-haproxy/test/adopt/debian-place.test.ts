import { appendFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from 'real-components'
import t, { type Test } from 'tap'
import { adoptFiles } from '../../src/adopt/adopt-files.js'
import { writeAdopted } from '../../src/adopt/adopted-files.js'
import { debianAccount } from '../../src/adopt/debian-place.js'
import { describeAdoption } from '../../src/adopt/describe-adoption.js'
import { firstRendering } from '../../src/adopt/first-rendering.js'
import { loadConfiguration } from '../../src/configuration/load-configuration.js'

const text = `global
  stats socket /run/haproxy/admin.sock mode 660 level admin
defaults
  mode http
  timeout connect 1s
  timeout client 1s
  timeout server 1s
backend web
  server web1 10.0.0.1:3000 check
`
const gid = process.getgid?.() ?? 0

/** A root with Debian's HAProxy, and with the account of the package. */
function debianRoot(t: Test, { account = true } = {}) {
  const root = temporaryFolder(t)
  for (const folder of ['etc/haproxy', 'lib/systemd/system', 'etc/systemd/system'])
    mkdirSync(join(root, folder), { recursive: true })
  const user = `serf-haproxy:x:108:${gid}:serf-haproxy agent:/var/lib/serf-haproxy:/usr/sbin/nologin\n`
  writeFileSync(join(root, 'etc/passwd'), `root:x:0:0:root:/root:/bin/sh\n${account ? user : ''}`)
  const file = join(root, 'etc/haproxy/haproxy.cfg')
  writeFileSync(file, text)
  writeFileSync(
    join(root, 'lib/systemd/system/haproxy.service'),
    '[Service]\nEnvironment="CONFIG=/etc/haproxy/haproxy.cfg" "EXTRAOPTS=-S /run/haproxy-master.sock"\nExecStart=/usr/sbin/haproxy -Ws -f $CONFIG $EXTRAOPTS\n',
  )
  const out = join(root, 'etc/serf-haproxy')
  const adoption = async (...files: string[]) =>
    (await adoptFiles({ files, requests: [], root, out })).adoption
  return { root, file, out, adoption }
}

/** Returns the lines that tell of an adoption. */
function told(adoption: Awaited<ReturnType<ReturnType<typeof debianRoot>['adoption']>>): string {
  const rendering = firstRendering(adoption)
  return describeAdoption({ adoption, rendering, check: { kind: 'accepted' } }).join('\n')
}

t.test('the account is that of the package, with its home', async t => {
  const { root } = debianRoot(t)
  const home = join(root, 'var/lib/serf-haproxy')
  t.same(debianAccount(root), {
    gid,
    configFile: join(home, 'haproxy.cfg'),
    stateFolder: join(home, 'state'),
  })
  t.equal(debianAccount(debianRoot(t, { account: false }).root), undefined)
  t.equal(debianAccount(join(root, 'nowhere')), undefined)
})

t.test('with the package, the agent writes a file of its own, without hand edits', async t => {
  const { root, file, out, adoption } = debianRoot(t)
  const adopted = await adoption()
  t.match(told(adopted), `the agent writes ${root}/var/lib/serf-haproxy/haproxy.cfg; ${file} stays`)
  writeAdopted(adopted, { folder: out, force: false, dryRun: false })
  const yaml = join(out, 'serf-haproxy.yaml')
  t.match(loadConfiguration(yaml), {
    haproxy: {
      configFile: join(root, 'var/lib/serf-haproxy/haproxy.cfg'),
      masterSocket: '/run/haproxy-master.sock',
    },
    stateFolder: join(root, 'var/lib/serf-haproxy/state'),
    template: join(out, 'haproxy.cfg.hbs'),
  })
  t.match(
    readFileSync(yaml, 'utf8'),
    /# .* as the user serf-haproxy, which cannot\n.*README\.Debian/s,
  )
  for (const name of ['serf-haproxy.yaml', 'haproxy.cfg.hbs', 'haproxy.cfg.original']) {
    const { mode, gid: group } = statSync(join(out, name))
    t.same([mode & 0o777, group], [0o640, gid], name)
  }
})

t.test('adopt does the same again when HAProxy follows by the drop-in', async t => {
  const { root, file, out, adoption } = debianRoot(t)
  const written = { folder: out, force: false, dryRun: false }
  writeAdopted(await adoption(), written)
  const dropIns = join(root, 'etc/systemd/system/haproxy.service.d')
  mkdirSync(dropIns)
  writeFileSync(
    join(dropIns, 'serf-haproxy.conf'),
    `[Service]\nEnvironment=CONFIG=/var/lib/serf-haproxy/haproxy.cfg\nEnvironment="EXTRAOPTS=-S /run/haproxy-master.sock,group,serf-haproxy,mode,660"\n`,
  )
  for (const files of [[], [file]])
    for (const { path, state } of writeAdopted(await adoption(...files), written))
      t.equal(state, 'unchanged', path)
})

t.test('without the package, or without its unit, HAProxy’s own file is written', async t => {
  const without = debianRoot(t, { account: false })
  t.equal((await without.adoption()).place, undefined)
  t.match((await without.adoption()).configuration, `configFile: ${without.file} #`)
  const { root, out } = debianRoot(t)
  const other = join(root, 'etc/haproxy/other.cfg')
  writeFileSync(other, text)
  const options = { files: [other], requests: [], root, out, masterSocket: '/run/m.sock' }
  t.equal((await adoptFiles(options)).adoption.place, undefined)
})

t.test('a file that has to stay in its folder says why, and what to do', async t => {
  const { root, file, out, adoption } = debianRoot(t)
  writeFileSync(file, text.replace('global\n', 'global\n  default-path config\n'))
  const adopted = await adoption()
  t.match(adopted.place, {
    configFile: file,
    stateFolder: join(root, 'var/lib/serf-haproxy/state'),
    staysBecause: /^`default-path config` reads other files from /,
  })
  t.match(told(adopted), `→ chgrp serf-haproxy ${root}/etc/haproxy && chmod 775`)
  writeAdopted(adopted, { folder: out, force: false, dryRun: false })
  const { haproxy } = loadConfiguration(join(out, 'serf-haproxy.yaml'))
  t.equal(haproxy.configFile, file)

  const more = debianRoot(t)
  mkdirSync(join(more.root, 'etc/haproxy/conf.d'))
  writeFileSync(join(more.root, 'etc/haproxy/conf.d/a.cfg'), 'frontend f\n  bind 127.0.0.1:80\n')
  appendFileSync(
    join(more.root, 'lib/systemd/system/haproxy.service'),
    'ExecStart=\nExecStart=/usr/sbin/haproxy -Ws -C /etc/haproxy -f $CONFIG -f conf.d $EXTRAOPTS\n',
  )
  const several = await more.adoption()
  t.match(several.place, { staysBecause: /haproxy\.service loads .*conf\.d, and its drop-in/ })
  const folder = join(more.root, 'etc/haproxy')
  const { check } = loadedOf(several, more.out)
  t.same(check?.args, ['-Ws', '-C', folder, '-f', more.file, '-f', join(folder, 'conf.d')])
})

function loadedOf(adoption: Parameters<typeof told>[0], folder: string) {
  writeAdopted(adoption, { folder, force: false, dryRun: false })
  return loadConfiguration(join(folder, 'serf-haproxy.yaml')).haproxy
}
