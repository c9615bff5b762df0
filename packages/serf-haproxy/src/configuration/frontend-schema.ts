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

const routeSchema = z.strictObject({
  host: z
    .string()
    .optional()
    .meta({
      description: 'Host of the requests, or `*.` and a domain; any host if it is not set',
      examples: ['api.example.org'],
    }),
  path: z
    .string()
    .optional()
    .meta({
      description: 'Beginning of the requests’ path; any path if it is not set',
      examples: ['/v2'],
    }),
  pool: z.string().meta({ description: 'Pool that answers', examples: ['api'] }),
})

/** The schema of a frontend. */
export const frontendSchema = z.strictObject({
  name: z.string().meta({ description: 'Name of the frontend', examples: ['web'] }),
  mode: z.enum(['http', 'tcp']).default('http').describe('Protocol: HTTP, or plain bytes'),
  bind: endpointField.meta({
    description: 'Listening address for clients, as ADDRESS:PORT',
    examples: ['0.0.0.0:80'],
  }),
  pool: z
    .string()
    .optional()
    .meta({
      description: 'Pool for requests that match no route; without it they are refused',
      examples: ['web'],
    }),
  routes: z
    .array(routeSchema)
    .default([])
    .meta({
      description: 'Requests that go to other pools, by host and path',
      examples: [[{ host: 'api.example.org', path: '/v2', pool: 'api' }]],
    }),
  routeMap: z
    .string()
    .optional()
    .meta({
      description:
        'File of a map for these routes and those of members; the agent overwrites it, and the template reads it. A new host or path for a pool then needs no reload',
      examples: ['/etc/haproxy/web-routes.map'],
    }),
})
