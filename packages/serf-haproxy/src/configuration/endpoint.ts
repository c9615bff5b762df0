import { isIP } from 'node:net'

/** A listening address. */
export interface Endpoint {
  /** IP address. */
  readonly address: string
  /** Port. */
  readonly port: number
}

const endpointPattern = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/

/** Parses `ADDRESS:PORT`, or `[ADDRESS]:PORT` for IPv6; undefined if the text is neither. */
export function parseEndpoint(text: string): Endpoint | undefined {
  const [, v6, v4, digits] = endpointPattern.exec(text) ?? []
  const address = v6 ?? v4 ?? ''
  const port = Number(digits)
  return isIP(address) !== 0 && port >= 1 && port <= 65_535 ? { address, port } : undefined
}

/** Formats an endpoint as {@link parseEndpoint} parses it. */
export function endpointText({ address, port }: Endpoint): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}
