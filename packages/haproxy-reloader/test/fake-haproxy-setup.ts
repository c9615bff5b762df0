import { writeFileSync } from 'node:fs'
import { createRuntimeClient, type RuntimeClient } from 'haproxy-runtime'
import {
  startFakeHaproxy,
  type FakeHaproxy,
  type FakeHaproxyOptions,
} from 'haproxy-runtime/fake-haproxy'
import { haproxyPlace, type HaproxyPlace, type Tidy } from 'real-components'
import { reloadViaMaster, type DesiredServer, type DesiredState } from '../src/index.js'
import type { ReloadMethod } from '../src/reload/master-reload.js'

/** A fake HAProxy with the clients for it. */
export interface FakeSetup extends HaproxyPlace {
  readonly fake: FakeHaproxy
  readonly runtime: RuntimeClient
  readonly reload: ReloadMethod
}

/** Starts the fake HAProxy of haproxy-runtime with a configuration. */
export async function fakeSetup(
  t: Tidy,
  text: string,
  options: Pick<FakeHaproxyOptions, 'version' | 'refuse'> = {},
): Promise<FakeSetup> {
  const place = haproxyPlace(t)
  writeFileSync(place.configFile, text)
  const fake = await startFakeHaproxy({ ...place, version: '3.0', ...options })
  t.teardown(() => fake.close())
  return {
    ...place,
    fake,
    runtime: createRuntimeClient({ socket: place.runtimeSocket }),
    reload: reloadViaMaster({ socket: place.masterSocket }),
  }
}

/** Returns a server with defaults. */
export function server(name: string, more: Partial<DesiredServer> = {}): DesiredServer {
  return { name, address: '10.0.0.1', port: 80, weight: 10, options: '', ...more }
}

/** Returns a configuration with these servers in the pool `nodes`, followed by more sections. */
export function desire(servers: readonly DesiredServer[], more = ''): DesiredState {
  const lines = servers.map(({ name, address, port, weight, options }) =>
    `  server ${name} ${address}:${port} weight ${weight} ${options}`.trimEnd(),
  )
  return {
    text: `${['backend nodes', '  balance roundrobin', ...lines].join('\n')}\n${more}`,
    pools: [{ name: 'nodes', servers }],
  }
}
