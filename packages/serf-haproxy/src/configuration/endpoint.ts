import { isIP } from 'node:net'
import { z } from 'zod'

/** Where something listens, or is asked. */
export interface Endpoint {
  readonly address: string
  readonly port: number
}

const endpointPattern = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/

/** `ADDRESS:PORT`, or `[ADDRESS]:PORT` for IPv6, taken apart. */
export const endpointField = z.string().transform((text, context): Endpoint => {
  const [, v6, v4, port] = endpointPattern.exec(text) ?? []
  const address = v6 ?? v4 ?? ''
  if (isIP(address) !== 0 && Number(port) >= 1 && Number(port) <= 65_535) {
    return { address, port: Number(port) }
  }
  context.addIssue({
    code: 'custom',
    message: 'wanted ADDRESS:PORT, as in 127.0.0.1:7373 or [::1]:7373',
  })
  return z.NEVER
})

/** The text that {@link endpointField} takes apart. */
export function endpointText({ address, port }: Endpoint): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}

/** Whether a value is what {@link endpointField} makes. */
export function isEndpoint(value: unknown): value is Endpoint {
  return typeof value === 'object' && value !== null && 'address' in value && 'port' in value
}
