import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from 'real-components'
import t, { type Test } from 'tap'
import { fileOwnership } from '../../src/configuration/file-ownership.js'
import { loadConfiguration } from '../../src/configuration/load-configuration.js'

function load(t: Test, haproxy: string) {
  const file = join(temporaryFolder(t), 'a.yaml')
  writeFileSync(
    file,
    `frontends: []
pools: [{ name: web, role: web, port: 3000 }]
haproxy:
  configFile: h.cfg
  runtimeSocket: r.sock
  masterSocket: m.sock
  ${haproxy}
`,
  )
  return loadConfiguration(file)
}

t.test('names of users and groups become numbers, and the mode is octal', async t => {
  const configuration = load(t, "fileMode: '640'\n  fileOwner: root\n  fileGroup: root")
  t.strictSame(fileOwnership(configuration), { mode: 0o640, uid: 0, gid: 0 })
})

t.test('numbers need no name, in quotes too', async t => {
  const configuration = load(t, "fileOwner: 4711\n  fileGroup: '4712'")
  t.strictSame(fileOwnership(configuration), { uid: 4711, gid: 4712 })
})

t.test('without settings the file keeps what it has', async t => {
  t.strictSame(fileOwnership(load(t, '')), {})
})

for (const [setting, refused] of Object.entries({
  'fileGroup: no-such-group':
    /a\.yaml:7: haproxy\.fileGroup: expected a group in \/etc\/group, or the number of a group, got "no-such-group"/,
  'fileOwner: "root:x"': /a\.yaml:7: haproxy\.fileOwner: expected a user in \/etc\/passwd/,
  'fileOwner: ""': /haproxy\.fileOwner/,
  'fileOwner: -1': /haproxy\.fileOwner/,
  'fileMode: 640': /haproxy\.fileMode: .*"640".*, got 640/,
  'fileMode: "666"': /haproxy\.fileMode: .*, got "666"/,
  'fileMode: "0640"': /haproxy\.fileMode/,
})) {
  t.test(`${setting} is refused`, async t => {
    t.throws(() => load(t, setting), { code: 'configuration', message: refused })
  })
}
