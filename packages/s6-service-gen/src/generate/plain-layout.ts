import { below, value, type Files } from '../file-tree.js'
import { loggerFiles } from './logger-files.js'
import { longrunFiles } from './longrun-files.js'
import { plainOneshotFiles } from './plain-oneshot.js'
import type { Longrun, Oneshot, Services } from '../description/service-description.js'
import { stopSignals } from '../description/service-fields.js'
import { ownScript } from '../shell-script.js'
import { startOrder, withoutBundles, type Atomics } from '../description/start-order.js'

const everySignal = stopSignals.join(' ')

/** Tells on descriptor 3 that a service is ready, and keeps it from the service. */
export const tellReady: readonly string[] = ['echo >&3', 'exec 3>&-']

/** Time that the supervisor needs in addition to a service's own stop time. */
const marginMs = 1000

/**
 * The tree for a plain `s6-svscan`: one folder a service, and the scan
 * directory's own handlers of signals. Plain s6 knows no dependencies, so the
 * run scripts wait for what they need, and the handler stops the services in
 * order before it lets `s6-svscan` end.
 */
export function plainLayout(services: Services): Files {
  const atomics = withoutBundles(services)
  return [
    ...Object.entries(atomics).flatMap(([name, service]) => below(name, serviceFiles(service))),
    ['.s6-svscan/SIGTERM', stopScript(atomics)],
    // What Ctrl-C sends; s6-svscan would end everything at once.
    ['.s6-svscan/SIGINT', ownScript(['exec .s6-svscan/SIGTERM'])],
  ]
}

function serviceFiles(service: Longrun | Oneshot): Files {
  const before = waitFor(service.after)
  if (service.type === 'oneshot') return plainOneshotFiles(service, before)
  if (service.ready) return [...longrunFiles(service, { before }), ...logFiles(service)]
  return [
    // Not before the wait is over: a waiting script is up too, and must not be taken for the service.
    ...longrunFiles(service, { before: [...before, ...tellReady] }),
    ['notification-fd', value(3)],
    ...logFiles(service),
  ]
}

function logFiles({ log }: Longrun): Files {
  return log ? below('log', loggerFiles(log)) : []
}

/**
 * Waits in the background, so that a stop meanwhile leaves no waiting process
 * behind; the shell is ready for a stop before there is anything to wait for.
 */
function waitFor(services: readonly string[]): string[] {
  if (services.length === 0) return []
  const folders = services.map(name => `../${name}`).join(' ')
  return [
    `trap 'kill "$!" 2>/dev/null; exit 0' ${everySignal}`,
    // It fails at once where a supervisor is not there yet, or has not told of its service.
    'while :; do',
    `  s6-svwait -U ${folders} 2>/dev/null &`,
    '  wait "$!" && break',
    '  sleep 0.02',
    'done',
    `trap - ${everySignal}`,
  ]
}

/** A supervisor that has only just been started cannot hear yet; it is told again. */
const stopFunction: readonly string[] = [
  'stop() {',
  '  tries=0',
  '  until s6-svc -d "$1" 2>/dev/null || [ "$((tries += 1))" -gt 50 ]; do sleep 0.02; done',
  '}',
]

/** Stops rank after rank, the services of one rank together. */
function stopScript(services: Atomics): ReturnType<typeof ownScript> {
  const stops = startOrder(services)
    .toReversed()
    .flatMap(rank => {
      const folders = rank.map(name => `./${name}`)
      const deadlines = rank.map(name => deadlineMs(services[name]))
      // Without a deadline of its own a service is waited for as long as it takes.
      const limit = deadlines.includes(Infinity) ? '' : `-t ${Math.max(...deadlines)} `
      return [
        ...folders.map(folder => `stop ${folder}`),
        `s6-svwait -D ${limit}${folders.join(' ')}`,
      ]
    })
  return ownScript([...stopFunction, ...stops, 'exec s6-svscanctl -t .'])
}

/** Returns the longest time until a service is down, its finish script included. */
function deadlineMs(service: Longrun | Oneshot | undefined): number {
  if (!service) return 0
  if (service.type === 'oneshot') return forEver(service.downTimeoutMs) + marginMs
  const finishMs = service.finish === undefined ? 0 : forEver(service.finishTimeoutMs)
  return service.stopTimeoutMs + finishMs + marginMs
}

/** s6 writes 0 where there is no deadline. */
function forEver(timeoutMs: number): number {
  return timeoutMs === 0 ? Infinity : timeoutMs
}
