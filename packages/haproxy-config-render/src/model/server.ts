import * as z from 'zod'
import { hostAddress } from './host-address.js'
import {
  hostAddressField,
  isName,
  nameField,
  portField,
  tagNameField,
  textField,
} from './model-fields.js'
import { ownOptionsField } from './server-options.js'

export const serverSchema = z.strictObject({
  name: nameField,
  address: hostAddressField,
  port: portField,
  /** Share of the traffic from 1 to 256; 0 drains: no new client is sent there. */
  weight: z.number().int().min(0).max(256).default(100),
  /** Marks a server that is used only while no other server works. */
  backup: z.boolean().default(false),
  /** Time over which its share grows after it came up, in milliseconds. */
  slowStartMs: z.number().int().min(0).max(3_600_000).default(0),
  /** Words of its line behind those of its pool: `cookie`, and what a tag may set, such as `maxconn 100`. */
  options: ownOptionsField.default(''),
  /** The member's tags that a template may print. */
  tags: z.record(tagNameField, textField).default({}),
})

/** One server line: a member of a pool, with where it answers. @interface */
export type Server = Readonly<z.infer<typeof serverSchema>>

const noTags: Server['tags'] = Object.freeze({})

/**
 * A server with checked fields. It is frozen, and no other file can make one
 * without the checks, so it is not checked again. A model in which little has
 * changed is therefore cheap to check.
 */
class CheckedServer {
  readonly name: string
  readonly address: string
  readonly port: number
  readonly weight: number
  readonly backup: boolean
  readonly slowStartMs: number
  readonly options: string
  readonly tags: Server['tags']
  readonly #isChecked = true

  constructor(server: Server) {
    this.name = server.name
    this.address = server.address
    this.port = server.port
    this.weight = server.weight
    this.backup = server.backup
    this.slowStartMs = server.slowStartMs
    this.options = server.options
    this.tags = Object.keys(server.tags).length === 0 ? noTags : Object.freeze(server.tags)
    Object.freeze(this)
  }

  static is(value: object): value is CheckedServer {
    return #isChecked in value && value.#isChecked
  }
}

/** Returns whether a value is a checked server of a model. */
export function isServer(value: unknown): value is Server {
  return typeof value === 'object' && value !== null && CheckedServer.is(value)
}

/** Marks a server as checked, after each of its fields was checked. */
export function checkedServer(server: Server): Server {
  return new CheckedServer(server)
}

/** Returns whether two servers have equal fields. */
export function sameServer(a: Server, b: Server): boolean {
  return (
    a.name === b.name &&
    a.address === b.address &&
    a.port === b.port &&
    a.weight === b.weight &&
    a.backup === b.backup &&
    a.slowStartMs === b.slowStartMs &&
    a.options === b.options &&
    sameTags(a.tags, b.tags)
  )
}

function sameTags(a: Server['tags'], b: Server['tags']): boolean {
  const names = Object.keys(a)
  return (
    names.length === Object.keys(b).length &&
    names.every(name => Object.hasOwn(b, name) && a[name] === b[name])
  )
}

/** Checks a server. A server that was checked before is returned as it is. */
export function checkServer(input: unknown): z.ZodSafeParseResult<Server> {
  if (isServer(input)) return { success: true, data: input }
  const plain = plainServer(input)
  if (plain) return { success: true, data: plain }
  const result = serverSchema.safeParse(input, { reportInput: true })
  return result.success ? { success: true, data: checkedServer(result.data) } : result
}

const plainFields: ReadonlySet<string> = new Set(['name', 'address', 'port', 'weight'])

/**
 * Checks the most common form of a server without the schema, which takes ten
 * times as long. Returns undefined if the schema has to decide.
 */
function plainServer(input: unknown): Server | undefined {
  if (typeof input !== 'object' || input === null) return undefined
  for (const field in input) if (!plainFields.has(field)) return undefined
  const { name, address: text, port, weight = 100 } = input as Readonly<Record<string, unknown>>
  if (typeof name !== 'string' || !isName(name)) return undefined
  const address = typeof text === 'string' ? hostAddress(text) : undefined
  if (address === undefined) return undefined
  if (!isWithin(port, 1, 65_535) || !isWithin(weight, 0, 256)) return undefined
  return new CheckedServer({
    name,
    address,
    port,
    weight,
    backup: false,
    slowStartMs: 0,
    options: '',
    tags: noTags,
  })
}

function isWithin(value: unknown, least: number, most: number): value is number {
  return Number.isInteger(value) && Number(value) >= least && Number(value) <= most
}
