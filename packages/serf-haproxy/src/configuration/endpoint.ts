import { isIP } from 'node:net'
import * as z from 'zod'

/** A listening address. */
export interface Endpoint {
  /** IP address. */
  readonly address: string
  /** Port. */
  readonly port: number
}

const endpointPattern = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/

/** Field with `ADDRESS:PORT`, or `[ADDRESS]:PORT` for IPv6; parsed to an {@link Endpoint}. */
export const endpointField = z.string().transform((text, context): Endpoint => {
  const [, v6, v4, port] = endpointPattern.exec(text) ?? []
  const address = v6 ?? v4 ?? ''
  if (isIP(address) !== 0 && Number(port) >= 1 && Number(port) <= 65_535) {
    return { address, port: Number(port) }
  }
  context.addIssue({
    code: 'custom',
    message: 'expected ADDRESS:PORT, as in 127.0.0.1:7373 or [::1]:7373',
  })
  return z.NEVER
})

/** Formats an endpoint as {@link endpointField} parses it. */
export function endpointText({ address, port }: Endpoint): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}
