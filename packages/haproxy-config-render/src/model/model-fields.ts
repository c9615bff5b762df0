import { isIP } from 'node:net'
import { z } from 'zod'

// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const controlCharacter = /[\u0000-\u001f\u007f-\u009f]/

/** What no quoting can hold: a newline ends a line of HAProxy's configuration in any quotes. */
export function hasControlCharacter(text: string): boolean {
  return controlCharacter.test(text)
}

/** Longest text of a tag that a template may print. */
export const longestTag = 256

const namePattern = /^(?!-)[A-Za-z0-9_.:-]{1,64}$/

/** What a name is to be, in words. */
export const nameWanted = '1 to 64 of the characters A-Z a-z 0-9 _ . : -, not beginning with -'

/** Whether a text may stand as a proxy's or server's name, mistaken for nothing else. */
export function isName(text: string): boolean {
  return namePattern.test(text)
}

/** What an address is to be, in words. */
export const addressWanted = 'an IPv4 or IPv6 address without a zone'

/** Whether HAProxy takes a text for an address; it knows no zone, as in fe80::1%eth0. */
export function isAddress(text: string): boolean {
  return isIP(text) !== 0 && !text.includes('%')
}

export const nameField = z.string().refine(isName, `expected ${nameWanted}`)

export const addressField = z.string().refine(isAddress, `expected ${addressWanted}`)

export const portField = z.number().int().min(1).max(65_535)

/** An address and port to listen on. */
export const bindField = z.strictObject({ address: addressField, port: portField })

/** Whether HTTP is understood, or bytes are only passed on. */
export const modeField = z.enum(['http', 'tcp'])

/** Algorithms that let servers come and go while HAProxy runs. */
export const balanceField = z.enum(['roundrobin', 'leastconn', 'random'])

/** What a health check asks for: a path, in characters that need no quoting. */
export const checkPathField = z
  .string()
  .regex(/^\/[A-Za-z0-9_.~/%&=?+-]{0,255}$/, 'expected a URL path such as /health')

/** An absolute path of a file or socket, in characters that need no quoting. */
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
  // What is too long is not looked through: a tag may have megabytes.
  .max(longestTag, { error: `expected at most ${longestTag} characters`, abort: true })
  .refine(text => !hasControlCharacter(text), 'expected no control character')

/** The name of a tag, or of a value of one's own. */
export const tagNameField = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_-]{0,63}$/, 'expected a letter, then letters, digits, _ and -')

/** Sticky sessions: HAProxy names the server in a cookie whose values it computes itself. */
export const stickyField = z.strictObject({
  /** Name of the cookie. */
  cookie: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'expected a cookie name such as SERVERID'),
  /**
   * What the values are computed from, beside address and port. Load balancers
   * with the same key agree on them.
   */
  key: z
    .string()
    .regex(/^[A-Za-z0-9_.+/=-]{8,128}$/, 'expected 8 to 128 of A-Z a-z 0-9 _ . + / = -'),
})
