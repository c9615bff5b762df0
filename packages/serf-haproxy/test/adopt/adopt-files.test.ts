import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkConfiguration } from 'haproxy-config-text'
import { haproxyReleases, temporaryFolder } from 'real-components'
import t, { type Test } from 'tap'
import { adoptFiles } from '../../src/adopt/adopt-files.js'
import { writeAdopted } from '../../src/adopt/adopted-files.js'
import { firstRendering } from '../../src/adopt/first-rendering.js'
import { fileOf } from '../../src/adopt/source-files.js'
import { loadConfiguration } from '../../src/configuration/load-configuration.js'
import { loadTemplate, renderMembers } from '../../src/rendering/render-members.js'
import { copyOfCorpus, corpusNames } from './corpus.js'

/** The backends that members take over, and those that stay, of each configuration. */
const wanted: Readonly<Record<string, readonly [turnedOver: string, kept: string]>> = {
  'acl-files-and-maps': ['shop api', ''],
  'blue-green': ['blue weighted', 'green pinned mixed following leader maintenance'],
  'cache-and-compression': ['files', ''],
  'conditional-blocks': ['app', 'new'],
  'cookie-values': ['inherited shop rewritten computed stream', 'passive some none named'],
  'debian-default': ['web', ''],
  'environment-variables': ['fixed', 'app'],
  'listen-sections': ['shop', 'old local'],
  lua: ['app', ''],
  'mailers-rings-errors': ['app', ''],
  'named-defaults': ['site mail', ''],
  'no-final-newline': ['app', ''],
  'peers-and-stick-tables': ['sticky', ''],
  'quoted-words': ['app', ''],
  resolvers: ['named', 'many'],
  'server-words': ['strict quoted agents plain', 'variable newline off'],
  'several-files': ['one two', 'legacy'],
  'sticky-cookies': ['app cart prefixed', ''],
  'tcp-with-checks': ['postgres redis mysql', ''],
  'tls-and-http2': ['app grpc', ''],
  'userlists-and-statistics': ['intranet', ''],
  'windows-line-ends': ['app', ''],
}

const releases = haproxyReleases()
const options = { requests: [], root: '/nowhere', masterSocket: '/run/master.sock' }

t.test('the corpus has a result for each configuration', async t => {
  t.same(corpusNames.toSorted(), Object.keys(wanted).toSorted())
})

for (const name of corpusNames) {
  t.test(`${name} renders the same text, but for the servers that members replace`, async t => {
    const files = copyOfCorpus(t, name)
    const out = temporaryFolder(t)
    const { adoption } = await adoptFiles({ ...options, files, out })
    const { file, sources, turnedOver, kept } = adoption
    const text = readFileSync(file.path, 'utf8')
    const { text: rendering } = firstRendering(adoption)
    t.equal(turnedOver.map(({ backend }) => backend).join(' '), wanted[name]?.[0])
    t.equal(kept.map(({ backend }) => backend).join(' '), wanted[name]?.[1])

    const lines = text.replaceAll('\r\n', '\n').replace(/\n$/, '').split('\n')
    const replaced = turnedOver.flatMap(({ servers }) => servers)
    t.ok(replaced.every(line => fileOf(sources, line) === file))
    const own = new Set(replaced.map(line => line - file.linesBefore))
    for (const line of own) t.match(lines[line - 1], /^\s*"?server"?\s/)
    t.equal(rendering, `${lines.filter((_, i) => !own.has(i + 1)).join('\n')}\n`)

    const written = { folder: out, force: false, dryRun: false }
    t.ok(writeAdopted(adoption, written).every(({ state }) => state === 'new'))
    const again = await adoptFiles({ ...options, files, out })
    t.ok(writeAdopted(again.adoption, written).every(({ state }) => state === 'unchanged'))
    t.equal(
      readFileSync(
        join(out, `${name === 'several-files' ? '20-backends' : 'haproxy'}.cfg.original`),
        'utf8',
      ),
      text,
    )
    await checkWithMembers(t, out, { file: file.path, text, rendering, files })
  })
}

/** Has each release of HAProxy check the renderings without and with members. */
async function checkWithMembers(
  t: Test,
  out: string,
  {
    file,
    text,
    rendering,
    files,
  }: { file: string; text: string; rendering: string; files: readonly string[] },
): Promise<void> {
  const configuration = loadConfiguration(join(out, 'serf-haproxy.yaml'))
  const template = loadTemplate(configuration)
  t.equal(renderMembers(new Map(), configuration, template).rendered.text, rendering)
  const members = configuration.pools.map(({ role = '' }, i) => {
    const member = { name: `member-${role}`, address: `10.99.0.${i + 1}`, tags: { role } }
    return [member.name, member] as const
  })
  const { rendered, quarantined } = renderMembers(new Map(members), configuration, template)
  t.same(quarantined, [])
  t.equal(rendered.text.match(/^\s*server member-/gm)?.length, configuration.pools.length)
  const args = files.flatMap(each => ['-f', each])
  for (const { version, program: binary } of releases) {
    const accepts = async (each: string) =>
      checkConfiguration(each, { configFile: file, args, binary })
    const texts = [rendering, rendered.text, ...(text.endsWith('\n') ? [text] : [])]
    const results = await Promise.all(texts.map(accepts))
    for (const result of results) t.match(result, { ok: true }, version)
  }
}

const plain = `global
  stats socket /run/admin.sock level admin
defaults
  mode http
  timeout connect 1s
  timeout client 1s
  timeout server 1s
backend web
  # the servers
  server w1 10.0.0.1:80 check
  server sorry 10.0.0.9:80 backup
`

t.test('a file that the agent writes already is adopted as it was before', async t => {
  const out = temporaryFolder(t)
  const file = join(out, 'haproxy.cfg')
  writeFileSync(file, plain)
  const written = { folder: out, force: false, dryRun: false }
  const { adoption } = await adoptFiles({ ...options, files: [file], out })
  writeAdopted(adoption, written)
  const line = '  server m1 10.0.0.7:80 weight 100 check\n'
  const rendering = adoption.template.rendering.replace('  server sorry', `${line}$&`)
  writeFileSync(file, rendering)
  const again = await adoptFiles({ ...options, files: [file], out })
  t.ok(writeAdopted(again.adoption, written).every(({ state }) => state === 'unchanged'))
  writeFileSync(file, rendering.replace('the servers', 'my servers'))
  await t.rejects(adoptFiles({ ...options, files: [file], out }), {
    message:
      /haproxy\.cfg: expected the text of .*haproxy\.cfg\.original.*it was edited after adopt; move/,
  })
})

t.test('the unit gives the files, the options and the master socket', async t => {
  const root = temporaryFolder(t)
  mkdirSync(join(root, 'etc/systemd/system'), { recursive: true })
  mkdirSync(join(root, 'etc/haproxy'))
  const file = join(root, 'etc/haproxy/haproxy.cfg')
  writeFileSync(file, plain)
  const unit = join(root, 'etc/systemd/system/haproxy.service')
  writeFileSync(
    unit,
    '[Service]\nExecStart=/usr/sbin/haproxy -Ws -f /etc/haproxy/haproxy.cfg -S /run/m.sock\n',
  )
  const found = { requests: [], root, out: root }
  const { adoption } = await adoptFiles({ ...found, files: [] })
  t.equal(adoption.file.path, file)
  t.same(adoption.masterSocket, {
    path: '/run/m.sock',
    from: '/etc/systemd/system/haproxy.service',
  })
  t.equal((await adoptFiles({ ...found, files: [file] })).adoption.masterSocket.path, '/run/m.sock')
  const other = join(root, 'other.cfg')
  writeFileSync(other, plain)
  await t.rejects(adoptFiles({ ...found, files: [other] }), {
    message:
      /no unit haproxy\.service loads this file; start HAProxy with `-W -S .*--master-socket/,
  })
})
