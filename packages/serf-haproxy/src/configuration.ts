import { poolPolicySchema } from 'haproxy-config-render'
import { isIP } from 'node:net'
import { z } from 'zod'

const endpointPattern = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/

/** `ADDRESS:PORT`, or `[ADDRESS]:PORT` for IPv6, taken apart. */
const endpoint = z.string().transform((text, context) => {
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

/** The agent's configuration file, as data. */
export const configurationSchema = z.strictObject({
  serf: z.strictObject({
    /** RPC listener of the Serf agent beside this one. */
    rpc: endpoint.default({ address: '127.0.0.1', port: 7373 }),
    /** File that holds the agent's `rpc_auth` key. */
    authKeyFile: z.string().optional(),
  }),
  haproxy: z.strictObject({
    /** The file that HAProxy is started with; the agent owns it. */
    configFile: z.string(),
    /** Path of the stats socket; the default template declares it. */
    runtimeSocket: z.string(),
    /** Path that HAProxy was given with `-S`. */
    masterSocket: z.string(),
    binary: z.string().default('haproxy'),
    maxConnections: z.number().int().min(1).default(1000),
    /** How long a member that left may finish its sessions before they are cut. */
    drainDeadlineMs: z.number().int().min(0).default(30_000),
  }),
  /** A Handlebars template of the whole configuration; the lossless default where none is named. */
  template: z.string().optional(),
  /** Where HAProxy's statistics page listens. */
  stats: endpoint.optional(),
  /** What a template of one's own needs beside, as `values.NAME`. */
  values: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
  frontends: z.array(
    z.strictObject({
      name: z.string(),
      mode: z.enum(['http', 'tcp']).default('http'),
      bind: endpoint,
      /** The pool that answers what no route fits. */
      pool: z.string().optional(),
      routes: z
        .array(
          z.strictObject({
            host: z.string().optional(),
            path: z.string().optional(),
            pool: z.string(),
          }),
        )
        .default([]),
    }),
  ),
  pools: z.array(poolPolicySchema).min(1, 'wanted at least one pool'),
  /** How long a member that Serf calls failed stays while HAProxy's check finds it healthy. */
  failedGraceMs: z.number().int().min(0).default(60_000),
  /** How often HAProxy is compared with what it should be, even when nothing happens. */
  resyncMs: z.number().int().min(100).default(5000),
  stateFolder: z
    .string()
    .default('serf-haproxy.state')
    .describe('Where the agent keeps its memory, its generations and its control socket'),
  tokenFile: z
    .string()
    .optional()
    .describe(
      'File with the token that whoever acts over HTTP has to show; without, it is read-only',
    ),
  hosts: z
    .array(z.string())
    .default([])
    .describe('Names, beside its addresses and localhost, under which the agent may be called'),
  /** Where `serf-haproxy status` finds the agent. */
  listen: endpoint.default({ address: '127.0.0.1', port: 9642 }),
})

/** The agent's configuration, checked, with every path absolute. */
export type Configuration = z.infer<typeof configurationSchema>
