import { poolPolicySchema } from 'haproxy-config-render/schema'
import * as z from 'zod'
import { endpointField } from './endpoint.js'
import { haproxySchema, milliseconds } from './haproxy-schema.js'

const serfSchema = z
  .strictObject({
    rpc: endpointField
      .prefault('127.0.0.1:7373')
      .describe('RPC listener of the Serf agent, as ADDRESS:PORT'),
    authKeyFile: z
      .string()
      .optional()
      .describe('File with the rpc_auth key of the Serf agent, if it has one'),
    resyncMs: milliseconds(100)
      .default(10_000)
      .describe('Interval at which the members are read even if no event arrives'),
    rejoinMs: milliseconds(0)
      .default(1000)
      .describe(
        'Interval at which Serf tries to rejoin failed members that HAProxy finds healthy; 0: never',
      ),
  })
  .prefault({})
  .describe('The Serf agent that knows the members')

const routeSchema = z.strictObject({
  host: z.string().optional(),
  path: z.string().optional(),
  pool: z.string(),
})

const frontendSchema = z.strictObject({
  name: z.string(),
  mode: z.enum(['http', 'tcp']).default('http'),
  bind: endpointField.describe('Listening address for clients, as ADDRESS:PORT'),
  pool: z.string().optional().describe('The pool for requests that match no route'),
  routes: z.array(routeSchema).default([]),
})

const guardSchema = z
  .strictObject({
    maxLostShare: z
      .number()
      .min(0)
      .max(1)
      .default(0.5)
      .describe(
        'Largest share of a pool that may be in doubt at once; above it, removals are held',
      ),
    minServers: z
      .number()
      .int()
      .min(0)
      .default(1)
      .describe('Fewest servers that a removal may leave in a pool'),
    windowMs: milliseconds(0).default(300_000).describe('Time for which a lost server counts'),
  })
  .prefault({})
  .describe('The guard against mass changes')

const dampingSchema = z
  .strictObject({
    flaps: z
      .number()
      .min(1)
      .default(5)
      .describe('Number of recent flaps above which a member is damped'),
    halfLifeMs: milliseconds(1)
      .default(30_000)
      .describe('Time after which half of the flaps are forgotten'),
  })
  .prefault({})
  .describe('Damping of members that flap')

/** The schema of the agent's configuration. */
export const configurationSchema = z.strictObject({
  serf: serfSchema,
  haproxy: haproxySchema,
  template: z
    .string()
    .optional()
    .describe(
      'File with a Handlebars template of the whole HAProxy configuration; by default the built-in template',
    ),
  policy: z
    .string()
    .optional()
    .describe(
      'File of a custom policy: a module with a pure function from members to members as its default export',
    ),
  stats: endpointField
    .optional()
    .describe('Listening address of HAProxy’s statistics page, as ADDRESS:PORT'),
  values: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
    .default({})
    .describe('Extra values for custom templates, as values.NAME'),
  frontends: z
    .array(frontendSchema)
    .describe('Frontends: the listening addresses of HAProxy, and their routes'),
  pools: z
    .array(poolPolicySchema)
    .min(1, 'expected at least one pool')
    .describe('Pools of servers, and the conditions that select their members'),
  failedGraceMs: milliseconds(0)
    .default(60_000)
    .describe('Grace time of a failed member that HAProxy’s check finds healthy'),
  leavingGraceMs: milliseconds(0)
    .default(5000)
    .describe('Time after which a member that is still leaving in Serf counts as present'),
  guard: guardSchema,
  damping: dampingSchema,
  reconcileMs: milliseconds(100)
    .default(5000)
    .describe(
      'Interval at which HAProxy is compared with the desired state, even if nothing changes',
    ),
  slowRoundMs: milliseconds(1)
    .default(1000)
    .describe('A round of the loop that takes longer is reported as slow'),
  stateFolder: z
    .string()
    .default('serf-haproxy.state')
    .describe('Folder of the agent’s memory, generations and control socket'),
  generations: z.number().int().min(1).default(20).describe('Number of generations to keep'),
  listen: endpointField
    .prefault('127.0.0.1:9642')
    .describe('Listening address of the agent’s page, metrics and state, as ADDRESS:PORT'),
  tokenFile: z
    .string()
    .optional()
    .describe(
      'File with the token that allows changes over HTTP; without a token, HTTP is read-only',
    ),
  hosts: z
    .array(z.string())
    .default([])
    .describe('Host names accepted in the Host header, in addition to the addresses and localhost'),
  logLevel: z
    .enum(['debug', 'info', 'warn', 'error'])
    .default('info')
    .describe('Lowest level that is logged'),
})

/** The agent's configuration, checked, with every path absolute. */
export type Configuration = Readonly<z.infer<typeof configurationSchema>>

/** The JSON Schema of the configuration file, for editors. */
export function configurationJsonSchema(): Readonly<Record<string, unknown>> {
  return z.toJSONSchema(configurationSchema, {
    io: 'input',
    unrepresentable: 'any',
  })
}
