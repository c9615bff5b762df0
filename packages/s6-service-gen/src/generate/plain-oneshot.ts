import { below, value, type Files } from '../file-tree.js'
import { runAs, within } from './run-as.js'
import type { Oneshot } from '../description/service-description.js'
import { authorsScript, exports, ownScript } from '../shell-script.js'

/** Time that s6 and s6-rc wait longer than `timeout` does, so that it ends the command first. */
export const timeoutMarginMs = 500

/**
 * A oneshot for plain s6, which supervises processes only: a shell runs `up`,
 * is ready when that has succeeded, waits for the stop and runs `down`.
 */
export function plainOneshotFiles(service: Oneshot, before: readonly string[]): Files {
  const { up, down, downTimeoutMs, environment } = service
  const data: Files = [
    ['up', authorsScript(up)],
    ...(down === undefined ? [] : [['down', authorsScript(down)] as const]),
  ]
  return [
    [
      'run',
      ownScript(['exec 2>&1', ...exports(environment), ...before, ...doing(service), ...undoing]),
    ],
    // What was stopped may be started again; what failed, or was killed, is done with.
    ['finish', ownScript(['[ "$1" -eq 0 ] || exit 125'])],
    ['timeout-kill', value(downTimeoutMs === 0 ? 0 : downTimeoutMs + timeoutMarginMs)],
    ['notification-fd', value(3)],
    ...below('data', data),
  ]
}

function doing(service: Oneshot): string[] {
  const { down, upTimeoutMs, downTimeoutMs } = service
  const prefix = runAs(service)
  const words = (script: string, timeoutMs: number) => [...within(timeoutMs), ...prefix, script]
  return [
    'stop() {',
    '  trap : TERM',
    '  kill "$!" 2>/dev/null && wait "$!"',
    // What did not succeed is not undone.
    ...(down === undefined
      ? []
      : [`  [ -z "$done" ] || ${words('./data/down', downTimeoutMs).join(' ')}`]),
    '  exit 0',
    '}',
    'done=',
    'trap stop TERM',
    `${words('./data/up', upTimeoutMs).join(' ')} 3>&- &`,
    'wait "$!" || exit 1',
    'done=yes',
  ]
}

/** All that is left to do once `up` has succeeded: to tell so, and to wait for the stop. */
const undoing: readonly string[] = [
  'echo >&3',
  'exec 3>&-',
  'while :; do sleep 2147483647 & wait "$!"; done',
]
