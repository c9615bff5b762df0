/** Largest weight that HAProxy takes. */
const heaviest = 256

/** What the split needs of a server. */
interface Weighed {
  readonly weight: number
  readonly isCanary: boolean
}

/**
 * The weights with which the canaries together get `percent` of the traffic,
 * and share it, as the others share the rest, as their own weights say. Where
 * only one of the two kinds has servers it gets everything. A weight of 0
 * stays: it drains. HAProxy's weights are whole numbers, so a share may be off
 * by what rounding takes, up to half a weight for each server.
 */
export function canaryWeights(servers: readonly Weighed[], percent: number): number[] {
  const total = (isCanary: boolean) =>
    servers.reduce((sum, server) => sum + (server.isCanary === isCanary ? server.weight : 0), 0)
  const canary = total(true)
  const stable = total(false)
  if (canary === 0 || stable === 0) return servers.map(({ weight }) => weight)
  const share = (server: Weighed) =>
    server.isCanary
      ? (server.weight / canary) * (percent / 100)
      : (server.weight / stable) * (1 - percent / 100)
  const largest = Math.max(...servers.map(share))
  return servers.map(server =>
    server.weight === 0 ? 0 : Math.max(1, Math.round((share(server) / largest) * heaviest)),
  )
}
