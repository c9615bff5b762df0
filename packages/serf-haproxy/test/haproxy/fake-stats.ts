import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createMasterClient, createRuntimeClient } from 'haproxy-runtime'
import { startFakeHaproxy } from 'haproxy-runtime/fake-haproxy'
import { temporaryFolder } from 'real-components'
import type { Test } from 'tap'

/** A fake HAProxy with two pools, of which `s1` is in both; its clients, and a client of no HAProxy. */
export async function fakeStats(t: Test) {
  // The path of a socket is at most 107 bytes long.
  const folder = temporaryFolder(t)
  const at = (name: string) => join(folder, name)
  const sockets = { runtimeSocket: at('run.sock'), masterSocket: at('master.sock') }
  const text = [
    'backend web',
    '  server s1 10.0.0.1:80 check',
    '  server s2 10.0.0.2:80',
    'backend api',
    '  server s1 10.0.0.1:81',
  ]
  writeFileSync(at('haproxy.cfg'), `${text.join('\n')}\n`)
  const haproxy = await startFakeHaproxy({ ...sockets, configFile: at('haproxy.cfg') })
  t.teardown(() => haproxy.close())
  return {
    runtime: createRuntimeClient({ socket: sockets.runtimeSocket }),
    master: createMasterClient({ socket: sockets.masterSocket }),
    away: {
      runtime: createRuntimeClient({ socket: at('no.sock') }),
      master: createMasterClient({ socket: at('no-master.sock') }),
    },
  }
}
