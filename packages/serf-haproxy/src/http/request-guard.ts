import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import { AgentError } from '../agent-error.js'
import { readText } from '../configuration/read-text.js'
import { rememberSecrets } from '../redaction/known-secrets.js'
import { refusal, type HttpAnswer } from './http-answer.js'
import type { View } from '../views/open-view.js'

/** The facts that decide whether a request is allowed. */
export interface RequestInfo {
  readonly method: string
  /** The `Host` header. */
  readonly host: string | undefined
  /** The `Authorization` header. */
  readonly authorization: string | undefined
  /** True for a request over the control socket, which only its owner can open. */
  readonly isLocal: boolean
}

/** Most characters of the name of an operator. */
const longestName = 64

/**
 * Returns the origin of a request, for its entry in the timeline: `control socket`, or the
 * address of the peer; with the name that the client gives in `x-operator`. That name
 * is untrusted text, of which only what can be printed is taken.
 */
export function originOf(
  {
    headers,
    socket,
  }: Pick<IncomingMessage, 'headers'> & {
    readonly socket: Pick<IncomingMessage['socket'], 'remoteAddress'>
  },
  isLocal: boolean,
): string {
  const place = isLocal ? 'control socket' : (socket.remoteAddress ?? 'unknown address')
  // Node decodes headers as Latin-1.
  const given = Buffer.from(String(headers['x-operator'] ?? ''), 'latin1').toString()
  const printable = given.replaceAll(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, '').trim()
  const name = Array.from(printable).slice(0, longestName).join('')
  return name === '' ? place : `${place} (${name})`
}

/** Rules of access over TCP. */
export interface AccessRules {
  /** Secret that allows changes and text of a configuration; without it, TCP has neither. */
  readonly token: string | undefined
  /** Names accepted in the Host header, in addition to IP addresses and `localhost`. */
  readonly hosts: readonly string[]
}

/**
 * Returns the answer that rejects a request, or undefined if it is allowed.
 *
 * | transport      | Host                  | GET                        | POST            |
 * |----------------|-----------------------|----------------------------|-----------------|
 * | control socket | any                   | allowed                    | allowed         |
 * | TCP            | unknown name          | rejected                   | rejected        |
 * | TCP            | address or known name | without a wrong token; see {@link viewOf} | needs the token |
 *
 * An unknown name may be a DNS rebinding attack: a foreign page under a name that
 * resolves to this machine. An IP address cannot be one.
 */
export function authorize(request: RequestInfo, access: AccessRules): HttpAnswer | undefined {
  if (request.isLocal) return undefined
  if (!isKnownHost(request.host, access.hosts)) {
    return refusal(
      421,
      'unknown name in the Host header; use an IP address, or add the name to `hosts`',
    )
  }
  if (request.method === 'POST')
    return refuseWithoutToken(request, access, 'changes are not allowed')
  const isOpen = request.authorization === undefined || access.token === undefined
  return isOpen ? undefined : refuseWithoutToken(request, access)
}

/**
 * Returns the part of the data that a request may read. Text of a configuration
 * needs the control socket or the token.
 */
export function viewOf(request: RequestInfo, { token }: AccessRules): View {
  const isTrusted =
    request.isLocal || (token !== undefined && isToken(request.authorization, token))
  return isTrusted ? 'full' : 'open'
}

/** Returns the answer that rejects a request without the token over TCP. */
export function refuseWithoutToken(
  { authorization }: Pick<RequestInfo, 'authorization'>,
  { token }: AccessRules,
  what = 'text of a configuration is not shown',
): HttpAnswer | undefined {
  if (token === undefined)
    return refusal(403, `${what} over TCP; use the \`serf-haproxy\` commands, or set \`tokenFile\``)
  if (isToken(authorization, token)) return undefined
  const got = authorization === undefined ? 'no token' : 'a wrong token'
  return refusal(401, `expected Authorization: Bearer TOKEN, got ${got}`, {
    'www-authenticate': 'Bearer realm="serf-haproxy"',
  })
}

/** Checks the name in `Host`, without a port: `[::1]:9642`, `127.0.0.1:9642`, `localhost`. */
function isKnownHost(host: string | undefined, hosts: readonly string[]): boolean {
  const [, v6, name] = /^(?:\[([^\]]+)\]|([^:]+))(?::\d{1,5})?$/.exec(host ?? '') ?? []
  if (v6 !== undefined) return isIP(v6) === 6
  if (name === undefined) return false
  const known = name.toLowerCase()
  return isIP(known) === 4 || ['localhost', ...hosts].some(each => each.toLowerCase() === known)
}

/**
 * Reads the token from its file.
 *
 * @throws AgentError `configuration` if the file is not readable, or the token is too short.
 */
export function readToken(file: string): string {
  const token = readText(file, 'the token').trim()
  if (/^\S{16,}$/.test(token)) {
    rememberSecrets([token])
    return token
  }
  throw new AgentError(
    'configuration',
    `${file}: expected 16 or more characters without a space, got ${token.length}; create a token with \`openssl rand -hex 32 > ${file}\``,
  )
}

/** Compares digests, in constant time. */
function isToken(authorization: string | undefined, token: string): boolean {
  const [, found] = /^Bearer +(\S+)$/i.exec(authorization ?? '') ?? []
  return found !== undefined && timingSafeEqual(digest(found), digest(token))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
