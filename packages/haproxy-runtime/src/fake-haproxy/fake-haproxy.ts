import { once } from 'node:events'
import { readFileSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { profiles, type FakeVersion } from './profile.js'
import { replyTo, serveStats } from './stats-socket.js'
import { startWorker, type FakeServer, type FakeWorker } from './worker.js'

/** What a fake HAProxy is made of. */
export interface FakeHaproxyOptions {
  /** Where its stats socket and its master socket are to be. */
  readonly runtimeSocket: string
  readonly masterSocket: string
  /** The file that it reads at its start and at each reload: its backends, servers, maps, ACLs. */
  readonly configFile: string
  /** The release that it behaves as; 2.6 by default. */
  readonly version?: FakeVersion
  /** What it says of a configuration that it does not start with; undefined where it does. */
  readonly refuse?: (text: string) => string | undefined
}

/** A HAProxy that is none: two sockets, and as much behind them as a client can tell. */
export interface FakeHaproxy extends AsyncDisposable {
  /** Every command that came, in order; `reload` and `show proc` too. */
  readonly commands: readonly string[]
  /** A server as the present worker has it; to set its `sessions`, say. */
  server(pool: string, name: string): FakeServer | undefined
  /** Answers nothing until `goOn`. */
  hang(): void
  goOn(): void
  /** Closes the connection after that many more replies, as a HAProxy that dies does. */
  dieAfter(replies: number): void
  /** Ends, and starts anew from the file. */
  restart(): Promise<void>
  /** Ends, and removes its sockets. */
  close(): Promise<void>
}

const firstPid = 1001

/** Starts a fake HAProxy; the configuration file has to exist. */
export async function startFakeHaproxy(options: FakeHaproxyOptions): Promise<FakeHaproxy> {
  const {
    runtimeSocket,
    masterSocket,
    configFile,
    version = '2.6',
    refuse = refuseNothing,
  } = options
  const profile = profiles[version]
  const commands: string[] = []
  const connections = new Set<Socket>()
  const waiting: (() => void)[] = []
  const read = () => readFileSync(configFile, 'utf8')
  let nextPid = firstPid
  let worker: FakeWorker = startWorker(++nextPid, read())
  let master = { reloads: 0, failed: 0 }
  let isHung = false
  let repliesLeft = Infinity

  const onceAwake = (act: () => void) => (isHung ? waiting.push(act) : act())
  const answer = (connection: Socket) => (command: string) => {
    commands.push(command)
    if (repliesLeft-- > 0) return replyTo(command, worker, profile)
    connection.destroy()
    return undefined
  }
  const reload = () => {
    const text = read()
    const complaint = refuse(text)
    master = {
      reloads: master.reloads + 1,
      failed: complaint === undefined ? 0 : master.failed + 1,
    }
    if (complaint === undefined) worker = startWorker(++nextPid, text)
    if (!profile.reloadReport) return ''
    return complaint === undefined
      ? `Success=1\n--\n[NOTICE]   (${firstPid}) : Loading success.\n\n`
      : `Success=0\n--\n[ALERT]    (${firstPid}) : ${complaint}\n\n`
  }
  const processes = () =>
    `#<PID>          <type>          <reloads>       <uptime>        <version>\n` +
    `${firstPid} master ${master.reloads} [failed: ${master.failed}] 0d00h00m00s ${profile.version}\n` +
    `# workers\n${worker.pid} worker 0 0d00h00m00s ${profile.version}\n# programs\n\n`
  const serveMaster = (connection: Socket) =>
    serveStats(connection, command => {
      commands.push(command)
      if (command === 'reload') return reload()
      return command === 'show proc' ? processes() : `${profile.unknownCommand(command)}\n`
    })

  const listening = (path: string, serve: (connection: Socket) => void) =>
    listen(path, connection => {
      connections.add(connection)
      connection.on('close', () => connections.delete(connection)).on('error', () => {})
      onceAwake(() => serve(connection))
    })
  const start = () =>
    Promise.all([
      listening(runtimeSocket, connection => serveStats(connection, answer(connection))),
      listening(masterSocket, serveMaster),
    ])
  let servers = await start()
  const close = async () => {
    for (const connection of connections) connection.destroy()
    await Promise.all(servers.map(closed))
    for (const path of [runtimeSocket, masterSocket]) rmSync(path, { force: true })
  }

  return {
    commands,
    server: (pool, name) => worker.pools.get(pool)?.servers.get(name),
    hang() {
      isHung = true
    },
    goOn() {
      isHung = false
      for (const act of waiting.splice(0)) act()
    },
    dieAfter(replies) {
      repliesLeft = replies
    },
    async restart() {
      await close()
      repliesLeft = Infinity
      worker = startWorker(++nextPid, read())
      master = { reloads: 0, failed: 0 }
      servers = await start()
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

function refuseNothing(): undefined {
  return undefined
}

async function listen(path: string, serve: (connection: Socket) => void): Promise<Server> {
  const server = createServer(serve).listen(path)
  await once(server, 'listening')
  return server
}

function closed(server: Server): Promise<void> {
  return new Promise(resolve => server.close(() => resolve()))
}
