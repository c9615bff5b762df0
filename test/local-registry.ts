import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Test } from 'tap'
import { runServer } from 'verdaccio'
import { packages } from './packages.js'

/** A registry of npm on this machine. */
export interface LocalRegistry {
  readonly url: string
  /** The environment of an npm that uses this registry, with a cache of its own. */
  readonly env: NodeJS.ProcessEnv
}

/**
 * Starts a registry in a folder. Our packages are only in its storage; all others
 * come from the registry that npm is configured with.
 *
 * @param refused - name of a package whose upload is refused
 */
export async function startRegistry(
  t: Test,
  folder: string,
  refused?: string,
): Promise<LocalRegistry> {
  const upstream = execFileSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' }).trim()
  const rules = (name: string) => ({
    access: '$all',
    publish: name === refused ? '$authenticated' : '$all',
  })
  const own = Object.fromEntries(
    packages.map(({ manifest }) => [manifest.name, rules(manifest.name)]),
  )
  mkdirSync(folder, { recursive: true })
  const server: Server = await runServer({
    storage: join(folder, 'storage'),
    configPath: join(folder, 'config.yaml'),
    self_path: join(folder, 'config.yaml'),
    auth: { htpasswd: { file: join(folder, 'htpasswd'), max_users: -1 } },
    uplinks: { upstream: { url: upstream } },
    packages: { ...own, '**': { access: '$all', proxy: 'upstream' } },
    web: { enable: false },
    log: { type: 'file', path: join(folder, 'log'), level: 'info' },
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const settings = join(folder, `npmrc-${refused ?? 'open'}`)
  // npm wants to have some token before it uploads.
  writeFileSync(settings, `registry=http://${host}/\n//${host}/:_authToken=none\n`)
  return { url: `http://${host}/`, env: npmEnvironment(settings, join(folder, 'cache')) }
}

function npmEnvironment(userconfig: string, cache: string): NodeJS.ProcessEnv {
  const others = Object.entries(process.env).filter(
    ([name]) => !/^npm_config_(?:.*registry|userconfig|cache)$/i.test(name),
  )
  return {
    ...Object.fromEntries(others),
    npm_config_userconfig: userconfig,
    npm_config_cache: cache,
  }
}
