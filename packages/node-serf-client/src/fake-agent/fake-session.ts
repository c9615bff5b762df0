import type { Socket } from 'node:net'
import { encode } from '@msgpack/msgpack'
import { replyHasBody, requestFields } from '../wire/command-table.js'
import { encodeBody } from './encode-answer.js'
import { answers, type Answer } from './fake-answers.js'
import type { ClusterListener, FakeCluster, WireEvent } from './fake-cluster.js'
import type { Mishap, MishapPlan } from './mishap.js'
import { RequestReader, type FakeRequest } from './request-reader.js'
import { SessionQueries } from './session-queries.js'

/** Parts of the agent that its sessions use. */
export interface SessionContext {
  readonly cluster: FakeCluster
  readonly authKey: string | undefined
  readonly mishaps: MishapPlan
  /** Sends bytes to the client, split as the agent's options say. */
  send(bytes: Uint8Array): void
  /** Called for each request. */
  onRequest(request: FakeRequest): void
  /** Called when the agent has left the cluster. */
  onLeave(): void
}

const logLevels = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERR']

/** Session of one client of a fake agent. */
export class FakeSession implements ClusterListener {
  readonly #context: SessionContext
  readonly #socket: Socket
  readonly #queries: SessionQueries
  readonly #reader = new RequestReader()
  #hasShakenHands = false
  #hasKey: boolean
  #monitor: number | undefined
  readonly #streams = new Map<number, readonly string[]>()

  constructor(socket: Socket, context: SessionContext) {
    this.#socket = socket
    this.#context = context
    this.#hasKey = context.authKey === undefined
    this.#queries = new SessionQueries(context.cluster, (seq, record) => this.#record(seq, record))
    socket.on('data', chunk => this.#receive(chunk)).on('close', () => this.#queries.close())
  }

  onLogLine(line: string): void {
    if (this.#monitor !== undefined) this.#record(this.#monitor, { Log: line })
  }

  onEvent({ types, record }: WireEvent): void {
    for (const [seq, selected] of this.#streams) {
      if (selected.some(type => type === '*' || types.includes(type))) this.#record(seq, record)
    }
  }

  #receive(chunk: Uint8Array): void {
    try {
      for (const request of this.#reader.push(chunk)) this.#serve(request)
    } catch {
      // A real agent also closes the connection on data that it cannot read.
      this.#socket.destroy()
    }
  }

  #serve(request: FakeRequest): void {
    const { cluster, mishaps, onRequest, onLeave } = this.#context
    /** Called for each request. */
    onRequest(request)
    const mishap = mishaps.take(request.command)
    const answer = mishap && 'refuse' in mishap ? { reason: mishap.refuse } : this.#answer(request)
    this.#reply(request, answer, mishap)
    if (answer.reason !== undefined) {
      this.#afterRefusal(request, answer.reason)
      return
    }
    // The first records of a subscription follow its reply.
    if (request.command === 'monitor') {
      this.#monitor = request.seq
      for (const line of cluster.log) this.onLogLine(line)
    }
    if (request.command === 'query') this.#queries.ask(request)
    if (request.command === 'leave') onLeave()
  }

  #answer(request: FakeRequest): Answer {
    const { command, seq, body } = request
    if (command === 'handshake') return this.#handshake(body['Version'])
    if (!this.#hasShakenHands) return { reason: 'Handshake required' }
    if (command === 'auth') return this.#authenticate(body['AuthKey'])
    if (!this.#hasKey) return { reason: 'Authentication required' }
    if (command === 'stream') {
      this.#streams.set(seq, String(body['Type']).split(','))
    } else if (command === 'monitor') {
      const level = String(body['LogLevel']).toUpperCase()
      if (!logLevels.includes(level)) return { reason: `Unknown log level: ${level}` }
      if (this.#monitor !== undefined) return { reason: 'Monitor already exists' }
    } else if (command === 'stop') {
      this.#streams.delete(Number(body['Stop']))
      if (this.#monitor === body['Stop']) this.#monitor = undefined
    } else if (command === 'respond') return this.#queries.respond(body)
    return answers[command]?.(this.#context.cluster, body) ?? {}
  }

  #handshake(version: unknown): Answer {
    if (version !== 1) return { reason: 'Unsupported IPC version' }
    if (this.#hasShakenHands) return { reason: 'Handshake already performed' }
    this.#hasShakenHands = true
    return {}
  }

  #authenticate(key: unknown): Answer {
    if (key !== this.#context.authKey) return { reason: 'Invalid authentication token' }
    this.#hasKey = true
    return {}
  }

  #reply({ command, seq }: FakeRequest, answer: Answer, mishap: Mishap | undefined): void {
    const { reason = '' } = answer
    const header = encode({ Seq: seq, Error: reason })
    const hasBody = replyHasBody(command, reason)
    const bytes = Buffer.concat(hasBody ? [header, encodeBody(answer)] : [header])
    if (mishap && 'hang' in mishap) return
    if (mishap && 'garbage' in mishap) this.#context.send(mishap.garbage)
    else if (mishap && 'dropAfterBytes' in mishap) {
      this.#socket.end(bytes.subarray(0, mishap.dropAfterBytes))
    } else if (mishap && 'delayMs' in mishap) {
      setTimeout(() => this.#context.send(bytes), mishap.delayMs)
    } else this.#context.send(bytes)
  }

  #afterRefusal(request: FakeRequest, reason: string): void {
    if (reason === 'Handshake required') this.#socket.end()
    // The agent reads the unread body as the next header and answers again.
    const answersTwice = reason === 'Authentication required' && requestFields(request.command)
    if (answersTwice) this.#reply(request, { reason }, undefined)
  }

  #record(seq: number, record: object): void {
    this.#context.send(Buffer.concat([encode({ Seq: seq, Error: '' }), encode(record)]))
  }
}
