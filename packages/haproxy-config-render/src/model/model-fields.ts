import { canonicalAddress } from 'haproxy-config-text'
import * as z from 'zod'
import { hostAddress, hostAddressExpected } from './host-address.js'

// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const controlCharacter = /[\u0000-\u001f\u007f-\u009f]/

/** Returns whether a text has a character that no quotes can hold, such as a newline. */
export function hasControlCharacter(text: string): boolean {
  return controlCharacter.test(text)
}

/** Longest text of a tag that a template may print. */
export const longestTag = 256

const namePattern = /^(?!-)[A-Za-z0-9_.:-]{1,64}$/

/** A valid name, in words. */
export const nameWanted = '1 to 64 of the characters A-Z a-z 0-9 _ . : -, not beginning with -'

/** Returns whether a text is valid as the name of a proxy or server. */
export function isName(text: string): boolean {
  return namePattern.test(text)
}

export const nameField = z.string().refine(isName, `expected ${nameWanted}`)

/** The address of a server, which becomes its one notation. */
export const hostAddressField = z
  .string()
  .refine(text => hostAddress(text) !== undefined, {
    error: `expected ${hostAddressExpected}`,
    abort: true,
  })
  .overwrite(text => hostAddress(text) ?? text)

/** The address of a listener, which becomes its one notation; `0.0.0.0` and `::` are all addresses. */
const listenAddressField = z
  .string()
  .refine(text => canonicalAddress(text) !== undefined, {
    error: 'expected an IPv4 or IPv6 address without a zone',
    abort: true,
  })
  .overwrite(text => canonicalAddress(text) ?? text)

export const portField = z.number().int().min(1).max(65_535)

const bindObject = z.strictObject({ address: listenAddressField, port: portField })

/** An address and port to listen on, as an object or as `ADDRESS:PORT`. */
export const bindField = z.preprocess(splitBind, bindObject) as unknown as z.ZodType<
  z.output<typeof bindObject>,
  z.input<typeof bindObject> | string
>

/** Returns the parts of `ADDRESS:PORT` or `[ADDRESS]:PORT`; anything else stays, for the object to judge. */
function splitBind(value: unknown, context: z.RefinementCtx): unknown {
  if (typeof value !== 'string') return value
  const [, v6, v4, port] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(value) ?? []
  if (port !== undefined) return { address: v6 ?? v4, port: Number(port) }
  const message = 'expected ADDRESS:PORT, as in 127.0.0.1:8080 or [::1]:8080'
  context.addIssue({ code: 'custom', message, input: value })
  return z.NEVER
}

/** The protocol of a proxy: HTTP, or plain bytes. */
export const modeField = z.enum(['http', 'tcp'])

/** Algorithms that let servers come and go while HAProxy runs. */
export const balanceField = z.enum(['roundrobin', 'leastconn', 'random'])

/** The path that a health check requests, in characters that need no quotes. */
export const checkPathField = z
  .string()
  .regex(/^\/[A-Za-z0-9_.~/%&=?+-]{0,255}$/, 'expected a URL path such as /health')

/** An absolute path of a file or socket, in characters that need no quotes. */
export const filePathField = z
  .string()
  .regex(
    /^\/[A-Za-z0-9_.+@/-]{1,255}$/,
    'expected an absolute path of the characters A-Z a-z 0-9 _ . + @ / -',
  )

/** A host name, or `*.` and a domain for all names below it. */
export const hostField = z
  .string()
  .regex(
    /^(?:\*\.)?[a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?$/,
    'expected a host name in small letters, such as shop.example.org or *.example.org',
  )

/** The Host of a health check's request, with a port where it has one. */
export const checkHostField = z
  .string()
  .regex(
    /^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?(?::\d{1,5})?$/,
    'expected a host name such as shop.example.org',
  )

/** The beginning of a URL's path, of whole segments. */
export const pathPrefixField = z
  .string()
  .regex(
    /^(?:\/|(?:\/[A-Za-z0-9_.~+@:-]{1,64}){1,16})$/,
    'expected whole segments of a path, such as / or /api/v1',
  )

/** A text that a template prints as one word or in quotes. */
export const textField = z
  .string()
  // A text that is too long is not searched: a tag may have megabytes.
  .max(longestTag, { error: `expected at most ${longestTag} characters`, abort: true })
  .refine(text => !hasControlCharacter(text), 'expected no control character')

/** The name of a tag, or of one of the model's `values`. */
export const tagNameField = z
  .string()
  // No template can read `__proto__`: it is no property of its own in most objects.
  .regex(
    /^(?!__proto__$)[A-Za-z_][A-Za-z0-9_-]{0,63}$/,
    'expected a letter, then letters, digits, _ and -, but not __proto__',
  )

/** Sticky sessions: HAProxy names the server in a cookie and computes the cookie's values. */
export const stickyField = z.strictObject({
  cookie: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, 'expected a cookie name such as SERVERID')
    .meta({ description: 'Name of the cookie', examples: ['SERVERID'] }),
  key: z
    .string()
    .regex(/^[A-Za-z0-9_.+/=-]{8,128}$/, 'expected 8 to 128 of A-Z a-z 0-9 _ . + / = -')
    .meta({
      description:
        'Secret from which the cookie’s values are computed; load balancers with the same key give the same values',
      examples: ['long-random-text'],
    }),
})

/** The table in which HAProxy remembers the server of each client's address. */
export const stickTableField = z.strictObject({
  size: z
    .number()
    .int()
    .min(1)
    .max(100_000_000)
    .default(100_000)
    .describe('Maximum number of clients; each takes about 100 bytes'),
  expireMs: z
    .number()
    .int()
    .min(1)
    .max(2_147_483_647)
    .default(1_800_000)
    .describe('Time after which a client without requests is forgotten'),
})
