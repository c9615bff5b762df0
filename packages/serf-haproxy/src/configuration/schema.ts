import { poolPolicySchema } from 'haproxy-config-render/schema'
import * as z from 'zod'
import { defaultAddress } from './agent-address.js'
import { endpointField, frontendSchema } from './frontend-schema.js'
import { haproxySchema, milliseconds } from './haproxy-schema.js'
import { balancersSchema } from './keepalived-schema.js'
import { outputsSchema, partialsSchema } from './output-schema.js'

const serfSchema = z
  .strictObject({
    rpc: endpointField
      .prefault('127.0.0.1:7373')
      .describe('RPC listener of the Serf agent, as ADDRESS:PORT'),
    authKeyFile: z
      .string()
      .optional()
      .meta({
        description: 'File with the rpc_auth key of the Serf agent, if it has one',
        examples: ['rpc.key'],
      }),
    resyncMs: milliseconds(100)
      .default(10_000)
      .describe(
        'Interval at which all members are read even if no event arrives; at least 20 ms for each member, 10 minutes at most',
      ),
    rejoinMs: milliseconds(0)
      .default(1000)
      .describe(
        'Interval at which Serf tries to rejoin failed members that HAProxy finds healthy; 0: never',
      ),
  })
  .prefault({})
  .describe('The Serf agent that knows the members')

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
      .describe('Minimum number of servers that removals leave in a pool'),
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
    .meta({
      description:
        'File with a Handlebars template of the whole HAProxy configuration; by default the built-in template',
      examples: ['haproxy.cfg.hbs'],
    }),
  partials: partialsSchema,
  outputs: outputsSchema,
  policy: z
    .string()
    .optional()
    .meta({
      description:
        'File of a custom policy: a module with a pure function from members to members as its default export',
      examples: ['policy.mjs'],
    }),
  stats: endpointField.optional().meta({
    description: 'Listening address of HAProxy’s statistics page, as ADDRESS:PORT',
    examples: ['127.0.0.1:1936'],
  }),
  values: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
    .default({})
    .meta({
      description: 'Extra values for custom templates, as values.NAME',
      examples: [{ certificate: '/etc/ssl/site.pem' }],
    }),
  frontends: z.array(frontendSchema).meta({
    description: 'Frontends: the listening addresses of HAProxy, and their routes',
    examples: [[{ name: 'web', bind: '0.0.0.0:80', pool: 'web' }]],
  }),
  pools: z
    .array(poolPolicySchema)
    .min(1, 'expected at least one pool')
    .meta({
      description: 'Pools of servers, and the conditions that select their members',
      examples: [[{ name: 'web', role: 'web', port: 8080 }]],
    }),
  balancers: balancersSchema.optional().meta({
    description:
      'The load balancers of this cluster: members that share their stick tables; without it there are none',
    examples: [{ role: 'balancer', networks: ['10.0.0.0/8'] }],
  }),
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
    .describe('Time above which a round of the loop is reported as slow'),
  stateFolder: z
    .string()
    .default(defaultAddress.stateFolder)
    .describe('Folder of the agent’s memory, generations and control socket'),
  generations: z.number().int().min(1).default(20).describe('Number of generations to keep'),
  listen: endpointField
    .prefault(defaultAddress.listen)
    .describe('Listening address of the agent’s page, metrics and state, as ADDRESS:PORT'),
  tokenFile: z
    .string()
    .optional()
    .meta({
      description:
        'File with the token that allows changes over HTTP; without a token, HTTP is read-only',
      examples: ['token'],
    }),
  hosts: z
    .array(z.string())
    .default([])
    .meta({
      description:
        'Host names accepted in the Host header, in addition to the addresses and localhost',
      examples: [['lb1.example.org']],
    }),
  logLevel: z
    .enum(['debug', 'info', 'warn', 'error'])
    .default('info')
    .describe('Lowest level that is logged'),
})

/** The agent's configuration, checked, with every path absolute. @interface */
export type Configuration = Readonly<z.infer<typeof configurationSchema>>

/** The JSON Schema of the configuration file, for editors and for the configuration reference. */
export function configurationJsonSchema(): Readonly<Record<string, unknown>> {
  return {
    $id: 'urn:serf-haproxy:configuration',
    title: 'Configuration of serf-haproxy',
    ...z.toJSONSchema(configurationSchema, {
      io: 'input',
      unrepresentable: 'any',
      // Examples of a field that is parsed are those of its text.
      override: ({ zodSchema, jsonSchema }) => {
        const { examples } = z.globalRegistry.get(zodSchema) ?? {}
        if (Array.isArray(examples)) jsonSchema.examples = examples
      },
    }),
  }
}
