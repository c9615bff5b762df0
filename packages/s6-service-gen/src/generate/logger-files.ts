import { below, value, type Files } from '../file-tree.js'
import { runAs } from './run-as.js'
import type { Longrun } from '../description/service-description.js'
import { authorsScript, ownScript } from '../shell-script.js'

/** The destination of a service's output. */
export type Log = NonNullable<Longrun['log']>

/** The files of a logger, which is a service of its own. */
export function loggerFiles(log: Log, interpreter?: string): Files {
  if ('run' in log) {
    return [
      ['run', ownScript(['exec 2>&1', 'exec ./data/run'], interpreter)],
      ...below('data', [['run', authorsScript(log.run)]]),
    ]
  }
  const { folder, files, bytesPerFile, user } = log
  const words = [
    'exec',
    ...runAs({ limits: {}, ...(user === undefined ? {} : { user }) }),
    // -d3: it is ready. -b: a full disk holds the service up, it loses no line. T: the time of each line.
    `s6-log -d3 -b n${files} s${bytesPerFile} T "${folder}"`,
  ]
  return [
    [
      'run',
      ownScript(
        [
          `mkdir -p "${folder}" || exit 1`,
          ...(user === undefined ? [] : [`chown ${user} "${folder}" || exit 1`]),
          words.join(' '),
        ],
        interpreter,
      ),
    ],
    ['notification-fd', value(3)],
  ]
}
