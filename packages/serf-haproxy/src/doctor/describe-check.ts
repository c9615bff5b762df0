import type { RunningHaproxy } from 'haproxy-config-text'
import type { Configuration } from '../configuration/schema.js'
import { ok, warn, type Finding } from './finding.js'

const name = 'check'

/**
 * Describes how configurations are checked: as the running HAProxy was started,
 * or by settings. Nothing while no HAProxy answers, which is the finding of
 * another check.
 */
export function describeCheck(
  { binary, check }: Pick<Configuration['haproxy'], 'binary' | 'check'>,
  running: RunningHaproxy | undefined,
): readonly Finding[] {
  if (!running) return []
  const words = [
    binary ?? running.binary ?? 'haproxy',
    ...(check?.args ?? running.args ?? ['-f', 'the file alone']),
  ]
  const folder = check?.cwd ?? running.cwd
  const text = `configurations are checked as \`${words.join(' ')}\`${folder === undefined ? '' : ` in ${folder}`}`
  if (running.problem === undefined) return [ok(name, `${text}, like the running HAProxy`)]
  if (binary !== undefined && check?.args && check.cwd !== undefined)
    return [ok(name, `${text}, as \`haproxy.check\` says`)]
  return [
    warn(
      name,
      `${text}, because ${running.problem}`,
      'start HAProxy with `-f` and this file, run the agent as HAProxy’s user or root, or set `haproxy.binary` and `haproxy.check`',
    ),
  ]
}
