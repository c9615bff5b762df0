import type { HaproxyPlace } from './haproxy.js'

/** Returns the first lines of a configuration for a test's HAProxy: stats socket and timeouts. */
export function haproxyHead({ runtimeSocket }: Pick<HaproxyPlace, 'runtimeSocket'>): string {
  return `global
  stats socket ${runtimeSocket} level admin
  hard-stop-after 1s
defaults
  mode http
  timeout connect 1s
  timeout client 10s
  timeout server 10s
`
}
