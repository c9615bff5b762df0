import * as z from 'zod'
import { tagNameField } from '../model/model-fields.js'
import { memberRouteSchema, numberFrom, selectionFields } from '../model/policy-fields.js'
import { poolFields, proxyFields } from '../model/proxy-model.js'
import { RenderError } from '../render-error.js'
import { balancersPolicySchema } from '../model/balancers-policy.js'
import { serverField } from './server-field.js'
import { shownValue } from '../shown-value.js'

/**
 * The members that form a pool, and how HAProxy uses them. A member must meet
 * all conditions.
 *
 * @example
 * ```ts
 * import { poolPolicySchema } from 'haproxy-config-render/schema'
 *
 * const policy = poolPolicySchema.parse({ name: 'app', port: 3000 })
 * policy.weight // => 100
 * poolPolicySchema.safeParse({ name: 'app', port: 0 }).success // => false
 * ```
 */
export const poolPolicySchema = z.strictObject({
  ...poolFields,
  ...selectionFields,
  port: numberFrom(1, 65_535, { tag: 'port', default: 8080 }).meta({
    description: 'Port on which the members’ application answers, or the tag that has it',
    examples: [8080, { tag: 'port', default: 8080 }],
  }),
  weight: numberFrom(0, 256, { tag: 'weight', default: 100 })
    .default(100)
    .meta({
      description:
        'Weight of a server, or the tag that has it; a server of weight 0 gets no new client',
      examples: [{ tag: 'weight', default: 100 }],
    }),
  server: serverField.optional().meta({
    description:
      'Words of the pool’s server lines with their values: true writes a word, false the word that removes it',
    examples: [{ ssl: true, verify: 'required', 'ca-file': '/etc/ssl/ca.pem' }],
  }),
  slowStartMs: numberFrom(0, 3_600_000, { tag: 'warm_up', default: 30_000 })
    .default(0)
    .meta({
      description:
        'Time in which a server that comes up gets its full weight, or the tag that has it',
      examples: [30_000, { tag: 'warm_up', default: 30_000 }],
    }),
  backup: z
    .strictObject({
      tag: z.string().meta({ description: 'Tag of backup members', examples: ['backup'] }),
      value: z.string().default('true').describe('Value of the tag of a backup member'),
    })
    .optional()
    .meta({
      description: 'Backup members: they are used only while no other works',
      examples: [{ tag: 'backup' }],
    }),
  zone: z
    .strictObject({
      tag: z.string().meta({ description: 'Tag with the zone', examples: ['zone'] }),
      own: z.string().meta({ description: 'Zone of this load balancer', examples: ['eu-1'] }),
    })
    .optional()
    .meta({
      description: 'Zones: members of another zone are used only while none of the own zone works',
      examples: [{ tag: 'zone', own: 'eu-1' }],
    }),
  canary: z
    .strictObject({
      tag: z.string().meta({ description: 'Tag of canaries', examples: ['canary'] }),
      value: z.string().default('true').describe('Value of the tag of a canary'),
      percent: z
        .number()
        .min(0.5)
        .max(99.5)
        .meta({ description: 'Share of the traffic of all canaries together', examples: [5] }),
    })
    .optional()
    .meta({
      description: 'Canaries: members that together get a share of the traffic',
      examples: [{ tag: 'canary', percent: 5 }],
    }),
  maxServers: z
    .number()
    .int()
    .min(1)
    .max(100_000)
    .default(10_000)
    .describe('Maximum number of servers; members that serve already come first'),
  maxChecksPerSecond: z
    .number()
    .int()
    .min(1)
    .max(1_000_000)
    .default(2000)
    .describe(
      'Maximum rate of health checks of the whole pool; a large pool has a longer interval',
    ),
  perTag: z
    .string()
    .optional()
    .meta({
      description:
        'Tag that divides the members: a pool `NAME-VALUE` for each value, instead of one pool `NAME`',
      examples: ['version'],
    }),
  maxPools: z
    .number()
    .int()
    .min(1)
    .max(10_000)
    .default(100)
    .describe('Maximum number of pools that `perTag` makes'),
  route: memberRouteSchema.optional().meta({
    description: 'Hosts and paths that members may request in their tags',
    examples: [
      {
        frontend: 'web',
        hostTag: 'host',
        hosts: ['*.example.org'],
        pathTag: 'path',
        paths: ['/api'],
      },
    ],
  }),
  printTags: z
    .array(tagNameField)
    .default([])
    .meta({ description: 'Tags that the template prints', examples: [['zone']] }),
})

const proxyPolicySchema = z
  .strictObject({
    ...proxyFields,
    balancers: balancersPolicySchema.optional(),
    pools: z.array(poolPolicySchema),
  })
  .superRefine(({ frontends, pools }, context) => {
    const addError = (path: PropertyKey[], message: string, input: unknown) =>
      context.addIssue({ code: 'custom', path, message, input })
    for (const [i, pool] of pools.entries()) {
      const { name, route } = pool
      const problem = serverProblem(pool)
      if (problem !== undefined) addError(['pools', i, 'server'], problem, pool.server)
      if (pools.findIndex(pool => pool.name === name) < i) {
        addError(['pools', i, 'name'], 'expected a name that no other pool has', name)
      }
      if (route && !frontends.some(frontend => frontend.name === route.frontend)) {
        addError(
          ['pools', i, 'route', 'frontend'],
          'expected the name of a frontend',
          route.frontend,
        )
      }
    }
  })

/** Returns what is wrong with the words of a pool's server lines beside its other fields; undefined if nothing is. */
function serverProblem({
  server,
  serverOptions,
  sticky,
  mode,
}: z.infer<typeof poolPolicySchema>): string | undefined {
  if (!server) return undefined
  if (serverOptions !== undefined) return 'expected either server or serverOptions'
  if (!Object.hasOwn(server, 'cookie')) return undefined
  if (sticky) return 'expected no cookie: the pool’s sticky has HAProxy compute the values'
  return mode === 'tcp' ? 'expected no cookie: mode tcp has no cookies' : undefined
}

/** The policy of a pool, as it is written: fields with a default may be left out. @interface */
export type PoolPolicy = Readonly<z.input<typeof poolPolicySchema>>

/** A model without servers, and the policies by which members become its servers. @interface */
export type ProxyPolicy = Readonly<Omit<z.input<typeof proxyPolicySchema>, 'pools'>> & {
  /** Policies of the pools; one policy can make several pools. */
  readonly pools: readonly PoolPolicy[]
}

/** A policy with its defaults. */
export type CheckedPool = z.infer<typeof poolPolicySchema>

/**
 * Checks a policy and fills in its defaults.
 *
 * @throws RenderError `invalid-policy`, naming each place.
 */
export function parsePolicy(input: unknown): z.infer<typeof proxyPolicySchema> {
  const result = proxyPolicySchema.safeParse(input, { reportInput: true })
  if (result.success) return result.data
  const errors = result.error.issues.map(
    ({ path, message, input: found }) =>
      `${path.join('.') || 'the policy'}: ${message}, got ${shownValue(found)}`,
  )
  throw new RenderError('invalid-policy', `The policy is not valid: ${errors.join('; ')}`)
}
