import { z } from 'zod'
import {
  balanceField,
  bindField,
  checkPathField,
  filePathField,
  hostField,
  modeField,
  nameField,
  pathPrefixField,
  stickyField,
  tagNameField,
  textField,
} from './model-fields.js'
import type { Server } from './server.js'

/** A pool's fields beside its servers. */
export const poolFields = {
  name: nameField,
  mode: modeField.default('http'),
  balance: balanceField.default('roundrobin'),
  /** What HAProxy asks a server for to know that it works; a tcp pool is only connected to. */
  healthCheck: checkPathField.default('/'),
  /** Whether a client stays with its server; http only. */
  sticky: stickyField.optional(),
}

/** The servers are checked one by one, which is faster where most are known. */
const servers = z.custom<readonly unknown[]>(Array.isArray, 'Invalid input: expected array')
const poolSchema = z.strictObject({ ...poolFields, servers })

const routeSchema = z.strictObject({
  /** Which host is asked for; any where there is none. */
  host: hostField.optional(),
  /** How the path begins; any where there is none. */
  path: pathPrefixField.optional(),
  /** Name of the pool that answers. */
  pool: nameField,
})

const frontendSchema = z.strictObject({
  name: nameField,
  mode: modeField.default('http'),
  bind: bindField,
  /** Name of the pool that answers what no route fits; without one that is refused. */
  pool: nameField.optional(),
  routes: z.array(routeSchema).default([]),
})

/** A model's fields beside its frontends and pools. */
export const proxyFields = {
  /** Path of the Runtime API's socket. */
  runtimeSocket: filePathField,
  /** Most connections at once; HAProxy needs about two file descriptors for each. */
  maxConnections: z.number().int().min(1).max(1_000_000).default(1000),
  /** Where the statistics page listens, and Prometheus's metrics where HAProxy has them. */
  stats: bindField.optional(),
  /** What a template of one's own needs beside: `{{values.NAME}}`. */
  values: z.record(tagNameField, z.union([textField, z.number(), z.boolean()])).default({}),
  frontends: z.array(frontendSchema),
}

/** A model as it is written; its servers are checked one by one. */
export const modelSchema = z.strictObject({ ...proxyFields, pools: z.array(poolSchema) })

/** A backend of HAProxy. */
export type Pool = Readonly<Omit<z.infer<typeof poolSchema>, 'servers'>> & {
  readonly servers: readonly Server[]
}

/** An address and port to listen on. */
export type Bind = Readonly<z.infer<typeof bindField>>

/** What of a frontend's requests goes to which pool. */
export type Route = Readonly<z.infer<typeof routeSchema>>

/** Where clients come in, and the pools that answer them. */
export type Frontend = Readonly<Omit<z.infer<typeof frontendSchema>, 'routes'>> & {
  readonly routes: readonly Route[]
}

/** Everything that a template may print; plain data, checked by `parseModel`. */
export type ProxyModel = Readonly<Omit<z.infer<typeof modelSchema>, 'frontends' | 'pools'>> & {
  readonly frontends: readonly Frontend[]
  readonly pools: readonly Pool[]
}
