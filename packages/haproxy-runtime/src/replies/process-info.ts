import { unreadableReply } from '../haproxy-error.js'

/** Version, process id and age of a worker. */
export interface ProcessInfo {
  readonly version: string
  readonly pid: number
  readonly uptimeSeconds: number
}

/** Parses the reply to `show info`. */
export function parseInfo(reply: string): ProcessInfo {
  const value = (field: string) => new RegExp(`^${field}: (.*)$`, 'm').exec(reply)?.[1]
  const pid = value('Pid')
  if (pid === undefined) throw unreadableReply('show info', reply)
  return {
    version: value('Version') ?? '',
    pid: Number(pid),
    uptimeSeconds: Number(value('Uptime_sec')),
  }
}
