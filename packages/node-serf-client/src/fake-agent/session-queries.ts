import type { Answer } from './fake-answers.js'
import type { FakeCluster } from './fake-cluster.js'
import type { FakeRequest } from './request-reader.js'

/** Time to collect answers if the query has no timeout. */
const defaultAnswerMs = 1000

/** Queries of one client, and its answers to the queries of all clients. */
export class SessionQueries {
  readonly #cluster: FakeCluster
  readonly #record: (seq: number, record: object) => void
  readonly #timers = new Set<NodeJS.Timeout>()

  constructor(cluster: FakeCluster, record: (seq: number, record: object) => void) {
    this.#cluster = cluster
    this.#record = record
  }

  ask({ seq, body }: FakeRequest): void {
    const { Name, Payload, FilterNodes, RequestAck, Timeout } = body
    const cluster = this.#cluster
    const isRecipient =
      !Array.isArray(FilterNodes) || FilterNodes.length === 0 || FilterNodes.includes(cluster.self)
    const open = cluster.openQueries
    const id = cluster.tick()
    const send = (Type: string, payload: unknown = null, From = cluster.self) =>
      this.#record(seq, { Type, From, Payload: payload })
    if (isRecipient) {
      open.set(id, payload => send('response', payload))
      if (RequestAck === true) send('ack')
      const facts = { ID: id, LTime: id, Name, Payload: Payload ?? null }
      const types = ['query', `query:${String(Name)}`]
      // Serf's internal queries are not streamed.
      if (!String(Name).startsWith('_serf_'))
        cluster.emit({ types, record: { Event: 'query', ...facts } })
    }
    const answerMs = Number(Timeout ?? 0) / 1e6 || defaultAnswerMs
    const timer = setTimeout(() => {
      open.delete(id)
      this.#timers.delete(timer)
      send('done', null, '')
    }, answerMs)
    this.#timers.add(timer)
  }

  respond({ ID, Payload }: FakeRequest['body']): Answer {
    const open = this.#cluster.openQueries
    const answer = open.get(Number(ID))
    if (!answer) return { reason: `No pending query matching ID` }
    open.delete(Number(ID))
    answer(Payload)
    return {}
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer)
  }
}
