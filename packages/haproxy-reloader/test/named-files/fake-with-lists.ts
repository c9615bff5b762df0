import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { haproxyPlace, type Tidy } from 'real-components'
import type { DesiredFile } from '../../src/plan/desired-file.js'
import { desire, fakeSetup, server } from '../fake-haproxy-setup.js'

/** Starts the fake HAProxy with a map, an ACL and another file, which the configuration names. */
export async function fakeWithLists(t: Tidy) {
  const { folder } = haproxyPlace(t)
  const map: DesiredFile = {
    path: join(folder, 'hosts.map'),
    text: 'a.example one\nb.example two\n',
    use: 'map',
  }
  const acl: DesiredFile = { path: join(folder, 'denied.acl'), text: '10.0.0.1\n', use: 'acl' }
  const script: DesiredFile = { path: join(folder, 'own.lua'), text: '-- own\n', use: 'reload' }
  const files = [map, acl, script]
  for (const { path, text } of files) writeFileSync(path, text)
  const more = `frontend web
  http-request set-header X %[req.hdr(host),map(${map.path})]
  http-request deny if { src -f ${acl.path} }
`
  const desired = { ...desire([server('s1')], more), files }
  const setup = await fakeSetup(t, desired.text)
  return { ...setup, folder, map, acl, script, files, desired, more }
}
