import * as z from 'zod'
import { parseEndpoint, type Endpoint } from './endpoint.js'

/** Field with `ADDRESS:PORT`, or `[ADDRESS]:PORT` for IPv6; parsed to an {@link Endpoint}. */
export const endpointField = z.string().transform((text, context): Endpoint => {
  const endpoint = parseEndpoint(text)
  if (endpoint) return endpoint
  context.addIssue({
    code: 'custom',
    message: 'expected ADDRESS:PORT, as in 127.0.0.1:7373 or [::1]:7373',
  })
  return z.NEVER
})
