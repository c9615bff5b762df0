import * as z from 'zod'
import { isNetwork } from '../model/allowed-networks.js'
import { hostField, nameField, pathPrefixField, tagNameField } from '../model/model-fields.js'
import { poolFields, proxyFields } from '../model/proxy-model.js'
import { RenderError } from '../render-error.js'
import { serverField } from './server-field.js'
import { shownValue } from '../shown-value.js'

/** A number, or the tag in which each member has its own. */
function numberFrom(from: number, to: number) {
  const number = z.number().int().min(from).max(to)
  return z.union([number, z.strictObject({ tag: z.string(), default: number.optional() })], {
    error: `expected a number from ${from} to ${to}, or { tag, default } to take it from a tag`,
  })
}

const pattern = z.string().refine(isPattern, 'expected a regular expression')

const network = z.string().refine(isNetwork, 'expected a network such as 10.0.0.0/8 or fd00::/8')

/**
 * The members that form a pool, and how HAProxy uses them. A member must meet
 * all conditions.
 */
export const poolPolicySchema = z.strictObject({
  ...poolFields,
  /** Value of the tag `role`. */
  role: z.string().optional(),
  /** Tags that a member must have, with exactly these values. */
  tags: z.record(z.string(), z.string()).default({}),
  /** Regular expressions that the whole value of a tag must match. */
  match: z.record(z.string(), pattern).default({}),
  /** Regular expression that the member's whole name must match. */
  names: pattern.optional(),
  /** Networks that a member's address must be in; any address if empty. */
  networks: z.array(network).default([]),
  /** Port on which the members' application answers. */
  port: numberFrom(1, 65_535),
  weight: numberFrom(0, 256).default(100),
  server: serverField.optional().meta({
    description:
      'Words of the pool’s server lines with their values: true writes a word, false the word that takes it away',
    examples: [{ ssl: true, verify: 'required', 'ca-file': '/etc/ssl/ca.pem' }],
  }),
  slowStartMs: numberFrom(0, 3_600_000).default(0),
  /** Members with this tag are used only while no other works. */
  backup: z.strictObject({ tag: z.string(), value: z.string().default('true') }).optional(),
  /** Members of another zone are used only while none of the zone `own` works. */
  zone: z.strictObject({ tag: z.string(), own: z.string() }).optional(),
  /** Members with this tag together get this share of the traffic. */
  canary: z
    .strictObject({
      tag: z.string(),
      value: z.string().default('true'),
      percent: z.number().min(0.5).max(99.5),
    })
    .optional(),
  /** Maximum number of servers; members that serve already come first. */
  maxServers: z.number().int().min(1).max(100_000).default(10_000),
  /** Maximum number of health checks of the whole pool; the interval of a large pool is longer. */
  maxChecksPerSecond: z.number().int().min(1).max(1_000_000).default(2000),
  /** Makes a pool `NAME-VALUE` for each value of this tag instead of one pool `NAME`. */
  perTag: z.string().optional(),
  /** Maximum number of pools that `perTag` makes. */
  maxPools: z.number().int().min(1).max(10_000).default(100),
  /** Hosts and paths that members may request in their tags. */
  route: z
    .strictObject({
      frontend: nameField,
      hostTag: z.string().optional(),
      /** Allowed hosts; `*.DOMAIN` allows all names below it. */
      hosts: z.array(hostField).default([]),
      pathTag: z.string().optional(),
      /** Allowed paths, and all paths below them. */
      paths: z.array(pathPrefixField).default([]),
    })
    .optional(),
  /** Tags that the template prints. */
  printTags: z.array(tagNameField).default([]),
})

const proxyPolicySchema = z
  .strictObject({ ...proxyFields, pools: z.array(poolPolicySchema) })
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

/** The policy of a pool, as it is written: fields with a default may be left out. */
export type PoolPolicy = Readonly<z.input<typeof poolPolicySchema>>

/** A model without servers, and the policies by which members become its servers. */
export type ProxyPolicy = Readonly<Omit<z.input<typeof proxyPolicySchema>, 'pools'>> & {
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

function isPattern(text: string): boolean {
  try {
    return wholeMatch(text) instanceof RegExp
  } catch {
    return false
  }
}

/** Returns a regular expression that only a whole text matches. */
export function wholeMatch(source: string): RegExp {
  return new RegExp(`^(?:${source})$`, 'u')
}
