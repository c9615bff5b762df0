import type { Endpoints } from '../engine/node-engine.js'
import type { Change } from './lab.js'

/** Returns one line about a change of the lab. */
export function describeChange({
  started,
  stopped,
  frozen,
  thawed,
  backends,
  tookMs,
}: Change): string {
  const what = [
    ...(started.length > 0 ? [`in: ${started.join(', ')}`] : []),
    ...(stopped.length > 0 ? [`out: ${stopped.join(', ')}`] : []),
    ...(frozen.length > 0 ? [`frozen, without traffic: ${frozen.join(', ')}`] : []),
    ...(thawed.length > 0 ? [`thawed, with traffic: ${thawed.join(', ')}`] : []),
  ]
  return `${what.join('; ') || 'nothing to change'}; web applications: ${backends.join(', ') || 'none'} (${tookMs.toFixed(0)} ms)`
}

/** Returns the text that `up` prints; `options` lead to this lab from another terminal. */
export function welcomeText(
  { tookMs }: Change,
  endpoints: Endpoints,
  { options, detach }: { readonly options: string; readonly detach?: boolean },
): string {
  const { trafficUrl, statsUrl, pageUrl } = publicEndpoints(endpoints)
  return [
    `The lab is up (web applications in ${(tookMs / 1000).toFixed(1)} s).`,
    '',
    `  Traffic      ${trafficUrl}`,
    `  Statistics   ${statsUrl}`,
    ...(pageUrl === undefined ? [] : [`  Page         ${pageUrl}`]),
    '',
    `From another terminal:  npm run lab -- <command>${options}`,
    '  status | scale N | start s3 | stop s1 | kill s1 | freeze s1 | thaw s1 | down',
    detach ? '' : 'Ctrl-C ends the lab.\n',
  ].join('\n')
}

/** Returns the endpoints without secrets and sockets. */
export function publicEndpoints({ traffic, statsUrl, pageUrl }: Endpoints): {
  trafficUrl: string
  statsUrl: string
  pageUrl?: string
} {
  const trafficUrl = `http://${traffic.host}:${traffic.port}/`
  return { trafficUrl, statsUrl, ...(pageUrl !== undefined && { pageUrl }) }
}
