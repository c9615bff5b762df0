import { runProgram } from 'haproxy-config-text/program'
import { withoutSupersededState, type Assignments } from './assignments.js'

/** Time after which a `systemd-notify` that hangs is ended, in milliseconds. */
const timeoutMs = 10_000

/** A sender of messages to systemd, one at a time. */
export interface SystemdNotifier {
  /**
   * Sends assignments such as `READY=1`, after those that are being sent. A newer
   * value replaces one that waits. What was not delivered goes with the next message.
   */
  send(assignments: Assignments): void
  /** Resolves when nothing is being sent, and nothing waits that can be delivered. */
  flushed(): Promise<void>
}

/**
 * Creates a notifier for the socket of `NOTIFY_SOCKET`. Node.js has no datagram
 * sockets of the Unix domain, so each message is one run of systemd's own
 * program, which takes a few milliseconds. It ends only after systemd has read
 * the message, so systemd knows the unit of the sender.
 *
 * @param onError - called with the first error after a success, and with no other
 */
export function createSystemdNotifier(
  socket: string,
  onError: (error: Error) => void,
  program = 'systemd-notify',
): SystemdNotifier {
  let waiting: Assignments = {}
  let sending: Promise<void> | undefined
  let hasFailed = false
  const attempt = async (): Promise<boolean> => {
    const sent = waiting
    waiting = {}
    const error = await notify(program, socket, sent)
    if (error && !hasFailed) onError(error)
    hasFailed = error !== undefined
    // A sign of life is no longer true later.
    const { WATCHDOG: _, ...rest } = sent
    if (error) waiting = withoutSupersededState(rest, waiting)
    return error === undefined && Object.keys(waiting).length > 0
  }
  const sendAll = async () => {
    while (await attempt());
    sending = undefined
  }
  return {
    send(assignments) {
      waiting = withoutSupersededState(waiting, assignments)
      if (Object.keys(waiting).length > 0) sending ??= sendAll()
    },
    flushed: async () => sending,
  }
}

async function notify(
  program: string,
  socket: string,
  assignments: Assignments,
): Promise<Error | undefined> {
  const { PATH = '' } = process.env
  const args = Object.entries(assignments).map(([name, value]) => `${name}=${value}`)
  const env = { PATH, NOTIFY_SOCKET: socket }
  const { error, stderr } = await runProgram(program, args, { env, timeoutMs })
  return error ? explained(error, program, stderr) : undefined
}

function explained(error: Error & { code?: unknown }, program: string, stderr: string): Error {
  const isMissing = error.code === 'ENOENT'
  const reason = isMissing ? 'the program is not on the PATH' : stderr.trim() || error.message
  const remedy = isMissing
    ? 'install it (Debian: the package systemd), or use Type=exec without WatchdogSec='
    : 'NotifyAccess=all must be set for the unit'
  return new Error(`systemd is not notified: ${program}: ${reason}; ${remedy}`, { cause: error })
}
