import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startFakeHaproxy, type FakeHaproxyOptions } from 'haproxy-runtime/fake-haproxy'
import { temporaryFolder } from 'real-components'
import type { Test } from 'tap'
import { configurationSchema, type Configuration } from '../../src/configuration/schema.js'
import { openRenderer } from '../../src/rendering/renderer.js'

/** A configuration whose pool `nodes` takes the role `backend`. `true` stands for `haproxy -c`. */
export function configurationIn(folder: string, more: object = {}): Configuration {
  return configurationSchema.parse({
    haproxy: {
      configFile: join(folder, 'haproxy.cfg'),
      runtimeSocket: join(folder, 'runtime.sock'),
      masterSocket: join(folder, 'master.sock'),
      binary: 'true',
    },
    frontends: [],
    pools: [{ name: 'nodes', role: 'backend', port: 3000 }],
    stateFolder: join(folder, 'state'),
    reconcileMs: 100,
    ...more,
  })
}

/** A configuration, and a fake HAProxy that runs it without members. Ends with the test. */
export async function fakeHaproxyPlace(
  t: Test,
  more: object = {},
  options: Partial<FakeHaproxyOptions> = {},
) {
  const folder = temporaryFolder(t)
  const configuration = configurationIn(folder, more)
  const { configFile, runtimeSocket, masterSocket = '' } = configuration.haproxy
  const renderer = await openRenderer(configuration)
  writeFileSync(configFile, renderer.render(new Map(), new Map()).rendered.text)
  const haproxy = await startFakeHaproxy({ configFile, runtimeSocket, masterSocket, ...options })
  t.teardown(() => haproxy.close())
  return { folder, configuration, configFile, haproxy, renderer }
}
