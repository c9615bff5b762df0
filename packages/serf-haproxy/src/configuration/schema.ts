import { poolPolicySchema } from 'haproxy-config-render/schema'
import { z } from 'zod'
import { endpointField, endpointText, isEndpoint } from './endpoint.js'

const milliseconds = (least: number) => z.number().int().min(least)

const serfSchema = z
  .strictObject({
    rpc: endpointField
      .default({ address: '127.0.0.1', port: 7373 })
      .describe('RPC listener of the Serf agent, as ADDRESS:PORT'),
    authKeyFile: z.string().optional().describe('File with its rpc_auth key, where it has one'),
    resyncMs: milliseconds(100)
      .default(10_000)
      .describe('The members are read at least this often, whatever was told'),
    rejoinMs: milliseconds(0)
      .default(1000)
      .describe(
        'How often Serf is to look for members that it lost and HAProxy finds healthy; 0: never',
      ),
  })
  .prefault({})
  .describe('The Serf agent that is asked')

const haproxySchema = z
  .strictObject({
    configFile: z.string().describe('The file that HAProxy is started with; the agent owns it'),
    runtimeSocket: z.string().describe('The stats socket; the default template declares it'),
    masterSocket: z.string().optional().describe('What HAProxy was given with -S'),
    reload: z
      .union([z.strictObject({ s6Service: z.string() }), z.strictObject({ pidFile: z.string() })])
      .optional()
      .describe('How to reload without a master socket: through s6, or by a signal to its pid'),
    binary: z.string().default('haproxy').describe('The program that checks configurations'),
    maxConnections: z.number().int().min(1).default(1000).describe('Most connections at once'),
    drainDeadlineMs: milliseconds(0)
      .default(30_000)
      .describe('How long a server that left may finish its sessions before they are cut'),
  })
  .superRefine(({ masterSocket, reload }, context) => {
    if (masterSocket !== undefined || reload !== undefined) return
    const message = 'wanted masterSocket, or reload with s6Service or pidFile'
    context.addIssue({ code: 'custom', path: ['masterSocket'], message, input: masterSocket })
  })
  .describe('The HAProxy that is kept equal to the cluster')

const routeSchema = z.strictObject({
  host: z.string().optional(),
  path: z.string().optional(),
  pool: z.string(),
})

const frontendSchema = z.strictObject({
  name: z.string(),
  mode: z.enum(['http', 'tcp']).default('http'),
  bind: endpointField.describe('Where clients come in, as ADDRESS:PORT'),
  pool: z.string().optional().describe('The pool that answers what no route fits'),
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
        'Largest share of a pool that may be in doubt at once; beyond it removals are held',
      ),
    minServers: z
      .number()
      .int()
      .min(0)
      .default(1)
      .describe('Fewest servers that a removal may leave in a pool'),
    windowMs: milliseconds(0).default(300_000).describe('How long a loss counts'),
  })
  .prefault({})
  .describe('The guard against mass changes')

const dampingSchema = z
  .strictObject({
    flaps: z
      .number()
      .min(1)
      .default(5)
      .describe('With more recent flaps than these a member is damped'),
    halfLifeMs: milliseconds(1).default(30_000).describe('How soon half of them are forgotten'),
  })
  .prefault({})
  .describe('What happens to a member that comes and goes')

/** The schema of the agent's configuration. */
export const configurationSchema = z.strictObject({
  serf: serfSchema,
  haproxy: haproxySchema,
  template: z
    .string()
    .optional()
    .describe('A Handlebars template of the whole configuration; the lossless default without'),
  policy: z
    .string()
    .optional()
    .describe('A module whose default export is a pure function from members to members'),
  stats: endpointField.optional().describe('Where HAProxy’s statistics page listens'),
  values: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
    .default({})
    .describe('What a template of one’s own needs beside, as values.NAME'),
  frontends: z.array(frontendSchema).describe('Where clients come in'),
  pools: z
    .array(poolPolicySchema)
    .min(1, 'wanted at least one pool')
    .describe('Which members form which pool'),
  failedGraceMs: milliseconds(0)
    .default(60_000)
    .describe('How long a member that Serf lost stays while HAProxy’s check finds it healthy'),
  guard: guardSchema,
  damping: dampingSchema,
  reconcileMs: milliseconds(100)
    .default(5000)
    .describe('How often HAProxy is compared with what it should be, even when nothing happens'),
  slowRoundMs: milliseconds(1)
    .default(1000)
    .describe('A round of the loop that takes longer is reported as slow'),
  stateFolder: z
    .string()
    .default('serf-haproxy.state')
    .describe('Where the agent keeps its memory, its generations and its control socket'),
  generations: z.number().int().min(1).default(20).describe('How many generations are kept'),
  listen: endpointField
    .default({ address: '127.0.0.1', port: 9642 })
    .describe('Where the agent’s page, metrics and state are found, as ADDRESS:PORT'),
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
  logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info').describe('What is logged'),
})

/** The agent's configuration, checked, with every path absolute. */
export type Configuration = Readonly<z.infer<typeof configurationSchema>>

/** The JSON Schema of the configuration file, for editors. */
export function configurationJsonSchema(): Readonly<Record<string, unknown>> {
  return z.toJSONSchema(configurationSchema, {
    io: 'input',
    unrepresentable: 'any',
    // A file has an endpoint as text, not taken apart.
    override({ jsonSchema }) {
      if (isEndpoint(jsonSchema.default)) jsonSchema.default = endpointText(jsonSchema.default)
    },
  })
}
