import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { Sessions } from './sessions.js'

/** Identity of a node, part of each answer. */
export interface WebappIdentity {
  readonly ip: string
  readonly host: string
  readonly tag: string
}

const cookieName = 'NODESESSID'
const rememberedSessions = 10_000
const longestBody = 1024

/**
 * Creates the lab's web application.
 *
 * - `GET /` answers with the identity of the node and the number of this visitor's requests.
 * - `GET /health` answers without starting a session.
 * - `POST /delay` with `{"delay": ms}` delays every later GET and HEAD by that time.
 */
export function createWebapp({ ip, host, tag }: WebappIdentity): Server {
  const sessions = new Sessions(rememberedSessions)
  let delayMs = 0
  let listeningSince: number | undefined

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, url = '/' } = request
    const { pathname } = new URL(url, 'http://webapp')
    if (method === 'POST' && pathname === '/delay') {
      const delay = parseDelay(await readBody(request))
      if (delay === undefined) {
        send(response, 400, { error: 'expected a body such as {"delay": 500}, from 0 to 60000 ms' })
        return
      }
      delayMs = delay
      send(response, 200, { delay })
      return
    }
    if (method !== 'GET' && method !== 'HEAD') {
      send(response, 405, { error: `${method} is not allowed for ${pathname}` })
      return
    }
    if (delayMs > 0) await wait(delayMs)
    if (pathname === '/health') {
      send(response, 200, { status: 'ok', listeningSince, sessions: sessions.size })
    } else if (pathname === '/') {
      const session = sessions.visit(readCookie(request))
      response.setHeader(
        'set-cookie',
        `${cookieName}=${session.id}; Path=/; HttpOnly; SameSite=Lax`,
      )
      send(response, 200, {
        hello: 'world!',
        ip,
        host,
        tag,
        sessionViews: session.views,
        id: session.id,
      })
    } else {
      send(response, 404, { error: `${pathname} not found` })
    }
  }

  const server = createServer((request, response) => {
    response.setHeader('x-backend-ip', ip)
    answer(request, response).catch((error: unknown) => {
      // The client closed the connection before the end of its body.
      if (!response.headersSent) send(response, 400, { error: String(error) })
    })
  })
  // Longer than HAProxy keeps a connection idle, so that HAProxy closes it.
  server.keepAliveTimeout = 65_000
  return server.once('listening', () => {
    listeningSince = performance.timeOrigin + performance.now()
  })
}

function send(response: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body)
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  })
  response.end(response.req.method === 'HEAD' ? undefined : text)
}

function readCookie({ headers }: IncomingMessage): string | undefined {
  return headers.cookie
    ?.split('; ')
    .find(pair => pair.startsWith(`${cookieName}=`))
    ?.slice(cookieName.length + 1)
}

async function readBody(request: IncomingMessage): Promise<string> {
  let body = ''
  for await (const chunk of request.setEncoding('utf8')) {
    body += chunk as string
    if (body.length > longestBody) return ''
  }
  return body
}

function parseDelay(body: string): number | undefined {
  try {
    const { delay } = JSON.parse(body) as { delay?: unknown }
    return typeof delay === 'number' && delay >= 0 && delay <= 60_000 ? delay : undefined
  } catch {
    return undefined
  }
}
