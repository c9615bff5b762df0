import { isIP } from 'node:net'
import { z } from 'zod'
import { RenderError } from './render-error.js'

/**
 * A name that HAProxy takes for a proxy or a server, and that cannot be
 * mistaken for anything else in its configuration.
 */
const nameSchema = z
  .string()
  .regex(/^[A-Za-z0-9_.:-]{1,64}$/, 'wanted 1 to 64 of the characters A-Z a-z 0-9 _ . : -')

/** HAProxy knows no zone, as in fe80::1%eth0. */
const addressSchema = z
  .string()
  .refine(
    text => isIP(text) !== 0 && !text.includes('%'),
    'wanted an IPv4 or IPv6 address without a zone',
  )

const portSchema = z.number().int().min(1).max(65_535)

/** What a health check asks for: a path, in characters that need no quoting. */
const pathSchema = z
  .string()
  .regex(/^\/[A-Za-z0-9_.~/%&=?+-]{0,255}$/, 'wanted a URL path such as /health')

/** An absolute path of a file or socket, in characters that need no quoting. */
const filePathSchema = z
  .string()
  .regex(
    /^\/[A-Za-z0-9_.+@/-]{1,255}$/,
    'wanted an absolute path of the characters A-Z a-z 0-9 _ . + @ / -',
  )

const serverSchema = z.strictObject({
  name: nameSchema,
  address: addressSchema,
  port: portSchema,
  /** Share of the traffic from 1 to 256; 0 drains: no new client is sent there. */
  weight: z.number().int().min(0).max(256).default(100),
})

const poolSchema = z.strictObject({
  name: nameSchema,
  balance: z.enum(['roundrobin', 'leastconn', 'random']).default('roundrobin'),
  /** What HAProxy asks a server for to know that it works. */
  healthCheck: pathSchema.default('/'),
  servers: z.array(serverSchema),
})

const bindSchema = z.strictObject({ address: addressSchema, port: portSchema })

const frontendSchema = z.strictObject({
  name: nameSchema,
  bind: bindSchema,
  /** Name of the pool that answers. */
  pool: nameSchema,
})

const modelSchema = z.strictObject({
  /** Path of the Runtime API's socket. */
  runtimeSocket: filePathSchema,
  /** Most connections at once; HAProxy needs about two file descriptors for each. */
  maxConnections: z.number().int().min(1).max(1_000_000).default(1000),
  /** Where the statistics page listens. */
  stats: bindSchema.optional(),
  frontends: z.array(frontendSchema),
  pools: z.array(poolSchema),
})

/** One server line: a member of a pool, with where it answers. */
export type Server = Readonly<z.infer<typeof serverSchema>>

/** A backend of HAProxy whose servers are managed. */
export type Pool = Readonly<Omit<z.infer<typeof poolSchema>, 'servers'>> & {
  readonly servers: readonly Server[]
}

/** An address and port to listen on. */
export type Bind = Readonly<z.infer<typeof bindSchema>>

/** Where clients come in, and the pool that answers them. */
export type Frontend = Readonly<z.infer<typeof frontendSchema>>

/** Everything that a template may print; plain data, checked by {@link parseModel}. */
export type ProxyModel = Readonly<Omit<z.infer<typeof modelSchema>, 'frontends' | 'pools'>> & {
  readonly frontends: readonly Frontend[]
  readonly pools: readonly Pool[]
}

/** Whether `name` may stand as a server or proxy name in HAProxy's configuration. */
export function isProxyName(name: string): boolean {
  return nameSchema.safeParse(name).success
}

/** Whether HAProxy takes `address` for one of a server. */
export function isServerAddress(address: string): boolean {
  return addressSchema.safeParse(address).success
}

/**
 * Checks a model and brings it into its one order, so that the same model
 * gives the same bytes however it was put together.
 *
 * @throws RenderError `invalid-model`, naming each place, what was found and
 * what was wanted.
 */
export function parseModel(input: unknown): ProxyModel {
  const result = modelSchema.safeParse(input, { reportInput: true })
  if (!result.success) {
    const faults = result.error.issues.map(
      ({ path, message, input: found }) =>
        `${path.join('.') || 'the model'}: ${message}, found ${show(found)}`,
    )
    throw new RenderError('invalid-model', `The model is not valid: ${faults.join('; ')}`)
  }
  const model = {
    ...result.data,
    frontends: byName(result.data.frontends),
    pools: byName(result.data.pools).map(pool => ({ ...pool, servers: byName(pool.servers) })),
  }
  checkReferences(model)
  return model
}

function checkReferences(model: ProxyModel): void {
  // HAProxy allows a frontend and a backend of one name, but no two of a kind.
  refuseRepeats('frontend', model.frontends)
  refuseRepeats('pool', model.pools)
  refuseNameOfStats(model)
  const pools = new Set(model.pools.map(pool => pool.name))
  for (const pool of model.pools) refuseRepeats(`server of pool ${pool.name}`, pool.servers)
  for (const { name, pool } of model.frontends) {
    if (pools.has(pool)) continue
    const wanted = [...pools].join(', ') || 'a pool, and there is none'
    throw new RenderError(
      'invalid-model',
      `The model is not valid: frontend ${name} sends to pool ${pool}, wanted one of: ${wanted}`,
    )
  }
}

/** The page's section is called stats, and HAProxy wants its name for itself. */
function refuseNameOfStats({ stats, frontends, pools }: ProxyModel): void {
  if (!stats || ![...frontends, ...pools].some(({ name }) => name === 'stats')) return
  throw new RenderError(
    'invalid-model',
    'The model is not valid: found a frontend or pool stats, wanted another name beside the statistics page',
  )
}

function refuseRepeats(kind: string, named: readonly { readonly name: string }[]): void {
  const repeated = named.find(({ name }, i) => named[i - 1]?.name === name)
  if (!repeated) return
  throw new RenderError(
    'invalid-model',
    `The model is not valid: two entries for ${kind} ${repeated.name}, wanted names that differ`,
  )
}

/** By code unit, not by locale: the order must be the same on every machine. */
function byName<T extends { readonly name: string }>(items: readonly T[]): T[] {
  return items.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
}

function show(found: unknown): string {
  return (JSON.stringify(found) ?? 'nothing').slice(0, 200)
}
