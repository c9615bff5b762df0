import type { Socket } from 'node:net'
import { startMaster } from './fake-master.js'
import { createFakeSockets } from './fake-sockets.js'
import type { FakeVersion } from './profile.js'
import { masterCli, serveCli, statsCli } from './cli.js'
import type { FakeServer } from './worker.js'

/** The settings of a fake HAProxy. */
export interface FakeHaproxyOptions {
  /** Path of the stats socket to create. */
  readonly runtimeSocket: string
  /** Path of the master socket to create. */
  readonly masterSocket: string
  /** The file that it reads at its start and at each reload: its backends, servers, maps, ACLs. */
  readonly configFile: string
  /** The release to behave as. @defaultValue 2.6 */
  readonly version?: FakeVersion
  /**
   * Returns the alert for a configuration that the fake shall refuse; undefined to accept
   * it.
   *
   * @defaultValue every configuration is accepted
   */
  readonly refuse?: (text: string) => string | undefined
}

/** A fake HAProxy for tests: two sockets that answer as HAProxy does. */
export interface FakeHaproxy extends AsyncDisposable {
  /** Every command that was received, in order; `reload` and `show proc` too. */
  readonly commands: readonly string[]
  /** Returns a server of the present worker, for example to set its `sessions`. */
  server(pool: string, name: string): FakeServer | undefined
  /** Stops answering until `resume`. */
  hang(): void
  /** Answers again, first those that waited. */
  resume(): void
  /** Closes the connection after this many more replies, as a HAProxy that crashes does. */
  crashAfter(replies: number): void
  /** Stops, and starts again from the file. */
  restart(): Promise<void>
  /** Stops, and removes its sockets. */
  close(): Promise<void>
}

/**
 * Starts a fake HAProxy; the configuration file has to exist.
 *
 * @throws TypeError if it does not know the release.
 *
 * @example
 * ```ts
 * import { mkdtemp, rm, writeFile } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { createRuntimeClient } from 'haproxy-runtime'
 * import { startFakeHaproxy } from 'haproxy-runtime/fake-haproxy'
 *
 * const folder = await mkdtemp(join(tmpdir(), 'haproxy-'))
 * const configFile = join(folder, 'haproxy.cfg')
 * const [runtimeSocket, masterSocket] = [join(folder, 'r.sock'), join(folder, 'm.sock')]
 * await writeFile(configFile, 'backend nodes\n  server s1 10.0.0.1:80\n')
 * const haproxy = await startFakeHaproxy({ runtimeSocket, masterSocket, configFile })
 * await createRuntimeClient({ socket: runtimeSocket }).drain('nodes', 's1')
 * haproxy.server('nodes', 's1')?.admin // => 'drain'
 * await haproxy.close()
 * await rm(folder, { recursive: true })
 * ```
 */
export async function startFakeHaproxy(options: FakeHaproxyOptions): Promise<FakeHaproxy> {
  const { runtimeSocket, masterSocket, configFile, version = '2.6' } = options
  const master = startMaster({ configFile, version, refuse: options.refuse ?? acceptAll })
  const sockets = createFakeSockets()
  const commands: string[] = []
  let repliesLeft = Infinity

  const serveRuntime = (connection: Socket) =>
    serveCli(connection, statsCli, command => {
      commands.push(command)
      if (repliesLeft-- > 0) return master.answerRuntime(command)
      connection.destroy()
      return undefined
    })
  const serveMaster = (connection: Socket) =>
    serveCli(connection, masterCli, command => {
      commands.push(command)
      return master.answerMaster(command)
    })
  const listen = () =>
    Promise.all([
      sockets.listen(runtimeSocket, serveRuntime),
      sockets.listen(masterSocket, serveMaster),
    ])
  await listen()

  return {
    commands,
    server: (pool, name) => master.worker.pools.get(pool)?.servers.get(name),
    hang: sockets.pause,
    resume: sockets.resume,
    crashAfter(replies) {
      repliesLeft = replies
    },
    async restart() {
      await sockets.close()
      repliesLeft = Infinity
      master.restart()
      await listen()
    },
    close: sockets.close,
    [Symbol.asyncDispose]: sockets.close,
  }
}

function acceptAll(): undefined {
  return undefined
}
