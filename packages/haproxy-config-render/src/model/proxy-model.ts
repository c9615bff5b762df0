import { isDeepStrictEqual } from 'node:util'
import * as z from 'zod'
import {
  balanceField,
  bindField,
  checkHostField,
  checkPathField,
  filePathField,
  hostAddressField,
  hostField,
  modeField,
  nameField,
  portField,
  pathPrefixField,
  stickTableField,
  stickyField,
  tagNameField,
  textField,
} from './model-fields.js'
import { serverOptionsField } from './server-options.js'
import type { Server } from './server.js'

/** A pool's fields, without its servers. */
export const poolFields = {
  name: nameField.meta({ description: 'Name of the pool and its backend', examples: ['web'] }),
  mode: modeField.default('http').describe('Protocol: HTTP, or plain bytes'),
  balance: balanceField.default('roundrobin').describe('Algorithm that selects the server'),
  healthCheck: checkPathField
    .default('/')
    .describe('Path that HAProxy requests to check a server; in a tcp pool it only connects'),
  healthCheckHost: checkHostField.optional().meta({
    description: 'Host of that request, which is then HTTP/1.1; servers with HTTP/2 only need it',
    examples: ['app.example.org'],
  }),
  sticky: stickyField.optional().meta({
    description: 'Cookie that keeps a client with its server; http only',
    examples: [{ cookie: 'SERVERID', key: 'long-random-text' }],
  }),
  stickTable: stickTableField.optional().meta({
    description:
      'Table that keeps a client with its server by its address; with `balancers` they share it',
    examples: [{ size: 100_000, expireMs: 1_800_000 }],
  }),
  serverOptions: serverOptionsField.optional().meta({
    description:
      'Words of the pool’s server lines; they replace the default ones of the same keyword, or are added',
    examples: ['ssl verify none maxconn 100'],
  }),
}

/** Servers are checked one by one, which is faster if most of them were checked before. */
const servers = z.custom<readonly unknown[]>(Array.isArray, 'Invalid input: expected array')
const poolSchema = z.strictObject({
  ...poolFields,
  /** Least time between two checks of a server, whatever its options; `buildModel` takes it from the pool's size. */
  minCheckIntervalMs: z.number().int().min(1).max(2_147_483_647).optional(),
  servers,
})

const routeSchema = z.strictObject({
  /** Host of the requests; any host if undefined. */
  host: hostField.optional(),
  /** Beginning of the requests' path; any path if undefined. */
  path: pathPrefixField.optional(),
  /** Name of the pool that answers. */
  pool: nameField,
})

const frontendSchema = z.strictObject({
  name: nameField,
  mode: modeField.default('http'),
  bind: bindField,
  /** Name of the pool for requests that match no route; without it they are refused. */
  pool: nameField.optional(),
  routes: z.array(routeSchema).default([]),
  /** Path of a map with these routes, from which HAProxy takes them at run time; none if undefined. */
  routeMap: filePathField.optional(),
})

const balancerSchema = z.strictObject({
  /** Name of its member, and of the peer in HAProxy. */
  name: nameField,
  address: hostAddressField,
  /** Port on which its HAProxy takes the tables of the others. */
  port: portField,
  /** True for the balancer that gets this configuration. */
  isSelf: z.boolean().default(false),
})

/** A model's fields, without its pools. */
export const proxyFields = {
  /** Path of the Runtime API's socket. */
  runtimeSocket: filePathField,
  /** Mode of that socket: `660` also admits the group of its folder. */
  runtimeSocketMode: z.enum(['600', '660']).default('600'),
  /**
   * Path of the file from which HAProxy takes the states of its servers when it
   * starts; haproxy-reloader writes it. None if undefined.
   */
  serverStateFile: filePathField.optional(),
  /** Most connections at once; HAProxy needs about two file descriptors for each. */
  maxConnections: z.number().int().min(1).max(1_000_000).default(1000),
  /** Listener of the statistics page, and of Prometheus metrics if HAProxy is built with them. */
  stats: bindField.optional(),
  /** More values for a custom template: `{{values.NAME}}`. */
  values: z.record(tagNameField, z.union([textField, z.number(), z.boolean()])).default({}),
  frontends: z.array(frontendSchema),
}

/** A model before its servers are checked, which is done one by one. */
export const modelSchema = z.strictObject({
  ...proxyFields,
  /** Load balancers of this cluster, this one included: the peers that share their stick tables. */
  balancers: z.array(balancerSchema).optional(),
  pools: z.array(poolSchema),
})

/** A load balancer of the cluster. @interface */
export type Balancer = Readonly<z.infer<typeof balancerSchema>>

/** A backend of HAProxy. @interface */
export type Pool = Readonly<Omit<z.infer<typeof poolSchema>, 'servers'>> & {
  /** Servers of the pool. */
  readonly servers: readonly Server[]
}

/** An address and port to listen on. */
export type Bind = Readonly<z.infer<typeof bindField>>

/** The requests of a frontend that go to one pool, by host and path. @interface */
export type Route = Readonly<z.infer<typeof routeSchema>>

/** A listener for clients, and the pools that answer them. @interface */
export type Frontend = Readonly<Omit<z.infer<typeof frontendSchema>, 'routes'>> & {
  /** Requests that go to a pool of their own, by host and path. */
  readonly routes: readonly Route[]
}

/** Everything that a template may print; plain data, checked by `parseModel`. @interface */
export type ProxyModel = Readonly<
  Omit<z.infer<typeof modelSchema>, 'balancers' | 'frontends' | 'pools'>
> & {
  /** Load balancers of the cluster, this one included; undefined if there is none, or only others. */
  readonly balancers?: readonly Balancer[] | undefined
  /** Listeners for clients. */
  readonly frontends: readonly Frontend[]
  /** Pools of servers. */
  readonly pools: readonly Pool[]
}

/** Returns the pools of a model by name. */
export function poolsByName(
  model: Pick<ProxyModel, 'pools'> | undefined,
): ReadonlyMap<string, Pool> {
  return new Map(model?.pools.map(pool => [pool.name, pool]))
}

/** Returns whether two pools are equal in everything but their servers. */
export function hasSameFields(pool: Pool, other: Pool): boolean {
  if (pool === other) return true
  const { servers: _, ...fields } = pool
  const { servers: __, ...otherFields } = other
  return isDeepStrictEqual(fields, otherFields)
}
