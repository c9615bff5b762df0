import { createHash, timingSafeEqual } from 'node:crypto'
import { isIP } from 'node:net'
import { AgentError } from '../agent-error.js'
import { readText } from '../configuration/load-configuration.js'
import { refusal, type HttpAnswer } from './http-answer.js'

/** What is known of a request before it is looked at further. */
export interface RequestInfo {
  readonly method: string
  /** The `Host` header. */
  readonly host: string | undefined
  /** The `Authorization` header. */
  readonly authorization: string | undefined
  /** Whether it came over the control socket, which only its owner can open. */
  readonly isLocal: boolean
}

/** Who may ask for what. */
export interface AccessRules {
  /** What allows changes over TCP; without one there are none over TCP. */
  readonly token: string | undefined
  /** Names, beside IP addresses and `localhost`, under which the server may be called. */
  readonly hosts: readonly string[]
}

/**
 * Why a request is refused; undefined where it is not.
 *
 * | came over      | Host                 | GET     | POST                       |
 * |----------------|----------------------|---------|----------------------------|
 * | control socket | any                  | allowed | allowed                    |
 * | TCP            | unknown name         | refused | refused                    |
 * | TCP            | address or known one | allowed | with the token, if one set |
 *
 * A name that nobody configured may be a stranger's, made to resolve to this
 * machine so that his page can read from it (DNS rebinding). An address cannot.
 */
export function authorize(knock: RequestInfo, rules: AccessRules): HttpAnswer | undefined {
  if (knock.isLocal) return undefined
  if (!isKnownHost(knock.host, rules.hosts)) {
    return refusal(
      421,
      'the Host header names another server; call it by its address, or name it in `hosts`',
    )
  }
  if (knock.method !== 'POST') return undefined
  if (rules.token === undefined) {
    return refusal(
      403,
      'changes are made over the control socket, as `serf-haproxy` does; `tokenFile` allows them here',
    )
  }
  if (isToken(knock.authorization, rules.token)) return undefined
  const found = knock.authorization === undefined ? 'no token' : 'a wrong token'
  return refusal(401, `found ${found}, wanted Authorization: Bearer and the token`, {
    'www-authenticate': 'Bearer realm="serf-haproxy"',
  })
}

/** `Host` without its port, where it has one: `[::1]:9642`, `127.0.0.1:9642`, `localhost`. */
function isKnownHost(host: string | undefined, hosts: readonly string[]): boolean {
  const [, v6, name] = /^(?:\[([^\]]+)\]|([^:]+))(?::\d{1,5})?$/.exec(host ?? '') ?? []
  if (v6 !== undefined) return isIP(v6) === 6
  if (name === undefined) return false
  const wanted = name.toLowerCase()
  return isIP(wanted) === 4 || ['localhost', ...hosts].some(each => each.toLowerCase() === wanted)
}

/**
 * The token in a file, alone.
 *
 * @throws AgentError `configuration` where it cannot be read, or can be guessed.
 */
export function readToken(file: string): string {
  const token = readText(file, 'the token').trim()
  if (/^\S{16,}$/.test(token)) return token
  throw new AgentError(
    'configuration',
    `${file}: found ${token.length} characters, wanted 16 or more without a space; \`openssl rand -hex 32 > ${file}\` makes a token`,
  )
}

/** Compares digests, which takes as long whatever was found. */
function isToken(authorization: string | undefined, token: string): boolean {
  const [, found] = /^Bearer +(\S+)$/i.exec(authorization ?? '') ?? []
  return found !== undefined && timingSafeEqual(digest(found), digest(token))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
