/** Largest weight that HAProxy accepts. */
const heaviest = 256

/** The fields of a server that the split reads. */
interface Weighed {
  readonly weight: number
  readonly isCanary: boolean
}

/**
 * Returns weights with which all canaries together get `percent` of the traffic.
 * Canaries share it in proportion to their own weights, and so do the others
 * with the rest. If only one of the two kinds has servers, it gets everything. A
 * weight of 0 stays: the server drains. HAProxy's weights are whole numbers, so
 * rounding may change a share by up to half a weight for each server.
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
