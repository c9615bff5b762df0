import type { Endpoints } from '../engine/node-engine.js'
import type { Change } from './lab.js'

/** Returns one line about a change of the lab. */
export function describeChange({ started, stopped, backends, tookMs }: Change): string {
  const what = [
    ...(started.length > 0 ? [`in: ${started.join(', ')}`] : []),
    ...(stopped.length > 0 ? [`out: ${stopped.join(', ')}`] : []),
  ]
  return `${what.join('; ') || 'nothing to change'}; web applications: ${backends.join(', ') || 'none'} (${tookMs.toFixed(0)} ms)`
}

/** Returns the text that `up` prints. */
export function welcomeText(
  { tookMs }: Change,
  endpoints: Endpoints,
  { subnet, detach }: { readonly subnet?: string | undefined; readonly detach?: boolean },
): string {
  const elsewhere = subnet === undefined ? '' : ` --subnet ${subnet}`
  return [
    `The lab is up (web applications in ${(tookMs / 1000).toFixed(1)} s).`,
    '',
    `  Traffic      ${publicEndpoints(endpoints).trafficUrl}`,
    `  Statistics   ${endpoints.statsUrl}`,
    '',
    `From another terminal:  npm run lab -- <command>${elsewhere}`,
    '  status | scale N | start s3 | stop s1 | kill s1 | freeze s1 | down',
    detach ? '' : 'Ctrl-C ends the lab.\n',
  ].join('\n')
}

/** Returns the endpoints without secrets and sockets. */
export function publicEndpoints({ traffic, statsUrl }: Endpoints): {
  trafficUrl: string
  statsUrl: string
} {
  return { trafficUrl: `http://${traffic.host}:${traffic.port}/`, statsUrl }
}
