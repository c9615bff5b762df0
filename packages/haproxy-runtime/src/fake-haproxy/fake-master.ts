import { readFileSync } from 'node:fs'
import { profileOf, type FakeVersion, type Profile } from './profile.js'
import { replyTo } from './reply-to.js'
import { startWorker, type FakeWorker } from './worker.js'

/** The processes of a fake HAProxy: a master and its present worker. */
export interface FakeMaster {
  readonly worker: FakeWorker
  /** Returns the worker's reply to a command on the stats socket. */
  answerRuntime(command: string): string
  /** Returns the master's reply to a command on its own socket. */
  answerMaster(command: string): string
  /** Starts over with a new worker and counts from zero. */
  restart(): void
}

/** The settings of a fake master. */
export interface FakeMasterOptions {
  readonly configFile: string
  readonly version: FakeVersion
  readonly refuse: (text: string) => string | undefined
}

const masterPid = 1001

/** Starts a master and a worker that has read the configuration file. */
export function startMaster({ configFile, version, refuse }: FakeMasterOptions): FakeMaster {
  const profile = profileOf(version)
  const read = () => readFileSync(configFile, 'utf8')
  let lastPid = masterPid
  let worker = startWorker(++lastPid, read())
  let counts = { reloads: 0, failed: 0 }

  const reload = () => {
    const text = read()
    const alert = refuse(text)
    const failed = alert === undefined ? 0 : counts.failed + 1
    counts = { reloads: counts.reloads + 1, failed }
    if (alert === undefined) worker = startWorker(++lastPid, text)
    return profile.reloadReport ? reloadReport(alert) : ''
  }
  return {
    get worker() {
      return worker
    },
    answerRuntime: command => replyTo(command, worker, profile),
    answerMaster(command) {
      if (command === 'reload') return reload()
      if (command === 'show proc') return processTable(counts, worker.pid, profile)
      if (command === 'show cli level') return 'admin\n'
      if (command === 'show version') return `${profile.version}\n`
      return `${profile.unknownCommand(command)}\n`
    },
    restart() {
      worker = startWorker(++lastPid, read())
      counts = { reloads: 0, failed: 0 }
    },
  }
}

function reloadReport(alert: string | undefined): string {
  return alert === undefined
    ? `Success=1\n--\n[NOTICE]   (${masterPid}) : Loading success.\n\n`
    : `Success=0\n--\n[ALERT]    (${masterPid}) : ${alert}\n\n`
}

function processTable(
  { reloads, failed }: { readonly reloads: number; readonly failed: number },
  worker: number,
  { version }: Profile,
): string {
  return (
    `#<PID>          <type>          <reloads>       <uptime>        <version>\n` +
    `${masterPid} master ${reloads} [failed: ${failed}] 0d00h00m00s ${version}\n` +
    `# workers\n${worker} worker 0 0d00h00m00s ${version}\n# programs\n\n`
  )
}
