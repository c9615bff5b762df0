/** The parts of systemd's protocol that a process finds in its environment. */
export interface SystemdVariables {
  /** The socket of the supervisor: a path, or an abstract name after `@`. */
  readonly socket: string
  /** Time without a sign of life after which the supervisor ends this process, in milliseconds. */
  readonly watchdogMs: number | undefined
}

/**
 * Takes systemd's variables out of an environment: programs that this process
 * starts, such as `haproxy -c`, must not answer for it.
 *
 * @returns undefined if no supervisor of this kind started the process
 */
export function takeSystemdVariables(
  environment: NodeJS.ProcessEnv,
  pid: number,
): SystemdVariables | undefined {
  const { NOTIFY_SOCKET: socket, WATCHDOG_USEC: usec, WATCHDOG_PID: owner } = environment
  for (const name of ['NOTIFY_SOCKET', 'WATCHDOG_USEC', 'WATCHDOG_PID']) delete environment[name]
  if (socket === undefined || socket === '') return undefined
  const isMine = owner === undefined || owner === String(pid)
  const watchdogMs = Number(usec) / 1000
  return { socket, watchdogMs: isMine && watchdogMs > 0 ? watchdogMs : undefined }
}
