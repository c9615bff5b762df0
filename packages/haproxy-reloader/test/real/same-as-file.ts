import { readFileSync } from 'node:fs'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import * as fc from 'fast-check'
import { endProcess, until, type Tidy } from 'real-components'
import type { Test } from 'tap'
import type { DesiredServer, DesiredState } from '../../src/index.js'
import { serversOfFreshHaproxy, shownServers } from './file-and-haproxy.js'
import { onEachHaproxy, workbench, type Workbench } from './running-haproxy.js'

/** Sequences for each layout; `npm run same-as-file -- --test-arg=--runs=N` sets another number. */
const runs = Number(argument('runs') ?? 40)
const hour = 3_600_000
const seed = Number(argument('seed') ?? Date.now() % 1_000_000)

function argument(name: string): string | undefined {
  return process.argv.find(each => each.startsWith(`--${name}=`))?.split('=')[1]
}

const names = ['a', 'b', 'check', 'BACKEND'] as const
const optionSets = [
  '',
  'check inter 2s',
  'check inter 2s rise 3 fall 4 backup',
  'check inter 2s error-limit 3 on-error mark-down observe layer4',
  'backup maxconn 7',
  'backup maxconn 9',
  'slowstart 7s maxconn 9 maxqueue 3',
  'agent-check agent-port 9 agent-addr 127.0.0.1 agent-inter 60s',
  'port 9 check-send-proxy check-sni check.example',
  'check port 9 addr 127.0.0.2 inter 2s',
  'no-check backup',
  'cookie "c d"',
  'ssl verify none sni str(check)',
  'check disabled inter 2s',
  'cookie "check" # weight 3',
]

/** Texts around the servers of the pool: what a server inherits, and what is not managed. */
export type Layouts = Readonly<Record<string, (bind: string, servers: string) => string>>

/** One change of a sequence. */
type Step =
  | { readonly kind: 'put'; readonly name: string; readonly line: number; readonly weight: number }
  | { readonly kind: 'leave'; readonly name: string }
  | { readonly kind: 'hold' }
  | { readonly kind: 'by hand'; readonly name: string; readonly weight: number }
  | { readonly kind: 'structure' }

const name = fc.constantFrom(...names)
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant('put' as const),
      name,
      line: fc.nat(optionSets.length - 1),
      weight: fc.constantFrom(0, 1, 10, 200),
    }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('leave' as const), name }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'hold' as const }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('by hand' as const),
      name,
      weight: fc.constantFrom(3, 40),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'structure' as const }) },
)

/** Starts a server that accepts connections and says nothing. */
async function silentServer(t: Tidy): Promise<number> {
  const open = new Set<Socket>()
  const server = createServer(socket => {
    open.add(socket)
    socket.on('error', () => {}).on('close', () => open.delete(socket))
  })
  await new Promise<void>(resolve => server.listen(0, '0.0.0.0', resolve))
  t.teardown(() => {
    server.close()
    for (const socket of open) socket.destroy()
  })
  return (server.address() as AddressInfo).port
}

/** The desired configuration of one layout, after some steps. */
class Desired {
  readonly #servers = new Map<string, DesiredServer>()
  #structure = 0

  readonly #bench: Workbench
  readonly #layout: Layouts[string]
  readonly #port: number

  constructor(bench: Workbench, layout: Layouts[string], port: number) {
    this.#bench = bench
    this.#layout = layout
    this.#port = port
  }

  /** Begins a new sequence; another structure would only cost a reload. */
  empty(): void {
    this.#servers.clear()
  }

  /** Returns whether HAProxy sets the weight of a server by its agent: then no other hand can. */
  isAgentChecked(name: string): boolean {
    return this.#servers.get(name)?.options.includes('agent-check') ?? false
  }

  take(step: Step): void {
    if (step.kind === 'leave') this.#servers.delete(step.name)
    if (step.kind === 'structure') this.#structure++
    if (step.kind !== 'put') return
    const address = `127.0.0.${10 + names.indexOf(step.name as (typeof names)[number])}`
    const options = optionSets[step.line] ?? ''
    this.#servers.set(step.name, {
      name: step.name,
      address,
      port: this.#port,
      weight: step.weight,
      options,
    })
  }

  get state(): DesiredState {
    const servers = [...this.#servers.values()]
    const lines = servers.map(
      ({ name, address, port, weight, options }) =>
        `  server ${name} ${address}:${port} weight ${weight} ${options}`.trimEnd() + '\n',
    )
    const { host } = new URL(this.#bench.url)
    const { text: head } = this.#bench.desire([])
    const global = head.slice(0, head.indexOf('frontend web'))
    const body = this.#layout(host, lines.join(''))
    const more = `backend more-${this.#structure}\n`
    return { text: `${global}${body}${more}`, pools: [{ name: 'nodes', servers }] }
  }
}

/** Makes random changes on each release, in each layout, and compares HAProxy with its file. */
export function compareWithFile(t: Test, layouts: Layouts): void {
  // Under load a sequence takes several times as long.
  t.setTimeout(hour)
  onEachHaproxy(t, async (t, program) => {
    for (const [title, layout] of Object.entries(layouts)) {
      t.test(`what the file says is what HAProxy runs: ${title}`, async t => {
        const bench = await workbench(t, program)
        const port = await silentServer(t)
        const bind = new URL(bench.url).host
        const desired = new Desired(bench, layout, port)
        const haproxy = await bench.start(desired.state)
        const reloader = bench.reloader({ reloadIntervalMs: 0, maxOldWorkers: 1000 })
        const fresh = { place: bench, program, bind }

        const run = async (steps: readonly Step[]) => {
          desired.empty()
          const clients: Socket[] = []
          try {
            await reloader.apply(desired.state)
            for (const step of steps) {
              desired.take(step)
              if (step.kind === 'hold') clients.push(await heldConnection(bind))
              else if (step.kind === 'by hand') {
                if (!desired.isAgentChecked(step.name)) await weighByHand(bench, step)
              } else {
                const { kind } = await reloader.apply(desired.state)
                if (kind !== 'applied' && kind !== 'unchanged') throw new Error(`apply: ${kind}`)
              }
            }
            // The read-back of the last change, and the correction of changes by hand.
            const last = desired.state
            await reloader.apply(last)
            await until(
              'nothing to change',
              async () => (await reloader.apply(last)).kind === 'unchanged',
            )
            await compare(t, fresh, last)
          } finally {
            for (const client of clients) client.destroy()
          }
        }
        const property = fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 7 }), run)
        const result = await fc.check(property, { numRuns: runs, seed, endOnFailure: true })
        const counterexample = fc.defaultReportMessage(result)
        t.equal(
          result.failed
            ? `${counterexample}
${String(result.errorInstance)}`
            : '',
          '',
        )
        t.comment(`${result.numRuns} sequences, seed ${seed}`)
        await reloader.close()
        await endProcess(haproxy, 'SIGTERM')
      })
    }
  })
}

/** Compares the servers that the file has with those of a HAProxy that starts from it. */
async function compare(
  t: Tidy,
  fresh: { place: Workbench; program: string; bind: string },
  desired: DesiredState,
): Promise<void> {
  const text = readFileSync(fresh.place.configFile, 'utf8')
  if (text !== desired.text) throw new Error(`the file has another text:\n${text}`)
  const expected = await serversOfFreshHaproxy(t, fresh, text, 'nodes')
  const got = await shownServers(fresh.place.runtimeSocket, 'nodes')
  for (const [name, server] of expected) {
    const [is, shall] = [got.get(name) ?? {}, server].map(each => JSON.stringify(each, null, 1))
    if (is !== shall) throw new Error(`${name} differs.\nexpected ${shall}\ngot ${is}\n${text}`)
  }
}

/** Opens a connection that keeps a session on one of the servers. */
function heldConnection(bind: string): Promise<Socket> {
  const [host = '', port = ''] = bind.split(':')
  return new Promise(resolve => {
    const socket = connect(Number(port), host)
    socket.on('error', () => {})
    socket.once('connect', () => {
      socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
      resolve(socket)
    })
  })
}

/** Sets the weight of a server by hand, if HAProxy has the server. */
async function weighByHand(
  { runtime }: Workbench,
  { name, weight }: Extract<Step, { kind: 'by hand' }>,
): Promise<void> {
  await runtime.setWeight('nodes', name, weight).catch(() => {})
}
