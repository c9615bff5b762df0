import { script, value, type TreeFile } from './file-tree.js'
import type { Service, Services } from './service-description.js'
import { startOrder } from './start-order.js'

const banner = '# Made by s6-service-gen from a description; edits here are lost.'

/** Every signal that may stop a service. */
const signals = 'TERM INT QUIT HUP USR1 USR2'

/** Where readiness is told of a service that does not tell it itself. */
const ownFd = 3

/** What the supervisor itself needs on top of a service's own time to stop. */
const marginMs = 1000

/**
 * The tree for a plain `s6-svscan`: one folder a service, and the scan
 * directory's own handler of SIGTERM. Plain s6 knows no dependencies, so the
 * run scripts wait for what they need, and the handler stops the services in
 * order before it lets `s6-svscan` end.
 */
export function plainLayout(services: Services): [string, TreeFile][] {
  const ranks = startOrder(services)
  return [
    ...Object.entries(services).flatMap(([name, service]) => serviceFiles(name, service)),
    ['.s6-svscan/SIGTERM', stopScript(services, ranks.toReversed())],
  ]
}

function serviceFiles(name: string, service: Service): [string, TreeFile][] {
  const { ready, log, stopSignal, stopTimeoutMs } = service
  const files: [string, TreeFile][] = [
    [`${name}/run`, runScript(service)],
    [`${name}/down-signal`, value(`SIG${stopSignal}`)],
    [`${name}/timeout-kill`, value(stopTimeoutMs)],
    [`${name}/notification-fd`, value(ready && 'fd' in ready ? ready.fd : ownFd)],
  ]
  if (ready && 'check' in ready) {
    files.push([`${name}/data/check`, script(`${banner}\n${ready.check}`)])
    files.push([`${name}/data/run`, script(`${banner}\n${service.run}`)])
  }
  if (log !== undefined) files.push([`${name}/log/run`, logScript(log)])
  return files
}

function runScript({ run, after, ready, environment }: Service): TreeFile {
  const checked = ready && 'check' in ready
  return script(
    [
      banner,
      'exec 2>&1',
      ...Object.entries(environment).map(([name, text]) => `export ${name}=${quoted(text)}`),
      ...(after.length > 0 ? waitFor(after) : []),
      // Not before this: a script that waits is up, too, and nobody may take it for the service.
      ...(ready ? [] : [`echo >&${ownFd}`, `exec ${ownFd}>&-`]),
      // -d: the checks are no child of the service. -n 0: until it is ready.
      checked ? `exec s6-notifyoncheck -d -n 0 -s 10 -w ${ready.everyMs} ./data/run` : run,
    ].join('\n'),
  )
}

/**
 * Waits in the background, so that a stop meanwhile leaves no waiting process
 * behind; the shell is ready for a stop before there is anything to wait for.
 */
function waitFor(services: readonly string[]): string[] {
  const folders = services.map(name => `../${name}`).join(' ')
  return [
    `trap 'kill "$!" 2>/dev/null; exit 0' ${signals}`,
    `for service in ${folders}; do`,
    '  until s6-svok "$service"; do sleep 0.02; done',
    'done',
    `s6-svwait -U ${folders} &`,
    'wait "$!" || exit 111',
    `trap - ${signals}`,
  ]
}

function logScript(folder: string): TreeFile {
  // Ten files of a megabyte, each line with its time in ISO 8601.
  return script(`${banner}\nmkdir -p "${folder}"\nexec s6-log -b n10 s1000000 T "${folder}"`)
}

/** Stops rank after rank, the services of one rank together. */
function stopScript(services: Services, ranks: readonly (readonly string[])[]): TreeFile {
  const stops = ranks.map(rank => {
    const longestMs = Math.max(...rank.map(name => services[name]?.stopTimeoutMs ?? 0))
    return [
      ...rank.map(name => `s6-svc -d ./${name}`),
      `s6-svwait -D -t ${longestMs + marginMs} ${rank.map(name => `./${name}`).join(' ')}`,
    ].join('\n')
  })
  return script([banner, ...stops, 'exec s6-svscanctl -t .'].join('\n'))
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}
