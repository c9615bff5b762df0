import type { Page } from 'playwright-core'
import {
  createLab,
  type Lab,
  type Printed,
  type NodeEngine,
  pool,
  type Stage,
  until,
} from 'serf-haproxy-lab'
import type { Check } from '../evidence/manifest.js'
import type { Recorder } from '../evidence/recorder.js'
import { showStatistics, shownServers, type ShownServer } from '../evidence/statistics-page.js'
import type { ProgressReporter } from '../progress-reporter.js'
import type { StepContext, Step } from './task.js'

/** The name of the journal that every step leaves. */
export const journalName = 'journal.jsonl'

/** Everything that the steps of a task are run with. */
export interface TaskContext {
  readonly engineFor: (stage: Stage) => NodeEngine
  readonly page: Page
  readonly recorder: Recorder
  readonly reporter: ProgressReporter
  readonly signal: AbortSignal
}

/** Returns the context of a step, its checks so far, and a function that keeps its journal. */
export function createStepContext(
  step: Step,
  task: TaskContext,
): { context: StepContext; checks: readonly Check[]; saveJournal: () => Promise<void> } {
  const context = new RecordedStep(step, task)
  return { context, checks: context.checks, saveJournal: () => context.saveJournal() }
}

/** A step with a record of its commands, checks and files. */
class RecordedStep implements StepContext {
  readonly engine: NodeEngine
  readonly lab: Lab
  readonly signal: AbortSignal
  readonly engineAt: (stage: Stage) => NodeEngine
  readonly checks: Check[] = []
  readonly #step: Step
  readonly #task: TaskContext
  /** True where the evidence of an earlier run is kept: then nothing is saved. */
  readonly #isKept: boolean
  readonly #journal: string[] = []

  constructor(step: Step, task: TaskContext) {
    this.engine = task.engineFor(step.stage)
    this.lab = createLab(this.engine, { signal: task.signal })
    this.signal = task.signal
    this.engineAt = task.engineFor
    this.#step = step
    this.#task = task
    this.#isKept = task.recorder.isKept(step.id)
  }

  async act<T>(what: string, action: () => Promise<T>): Promise<T> {
    this.signal.throwIfAborted()
    const startedAt = performance.now()
    this.note('command', { what })
    const result = await this.#task.reporter.during(what, action)
    this.note('done', { what, tookMs: Math.round(performance.now() - startedAt) })
    return result
  }

  check(claim: string, holds: boolean, found?: string): void {
    this.checks.push({ claim, holds, ...(found !== undefined && { found }) })
    this.note('check', { claim, holds, found })
    if (this.#isKept) return
    this.#task.reporter.say(`  ${holds ? '✓' : '✗ FAILED:'} ${claim}${found ? `: ${found}` : ''}`)
  }

  note(kind: string, facts: object): void {
    this.#journal.push(JSON.stringify({ at: new Date().toISOString(), kind, ...facts }))
  }

  async keep(file: string, take: () => Promise<Printed>): Promise<void> {
    this.#requireDeclared(file)
    if (this.#isKept) return
    const { command, text } = await take()
    await this.#save(file, command, new TextEncoder().encode(text))
  }

  async picture(
    file: string,
    servers: Readonly<Record<string, string>>,
  ): Promise<readonly ShownServer[]> {
    this.#requireDeclared(file)
    if (this.#isKept) return []
    const expected = Object.entries(servers)
      .map(([name, state]) => `${name} ${state}`)
      .toSorted()
      .join(', ')
    const { statsUrl } = await this.engine.endpoints()
    const taken = await this.#task.reporter.during(`picture ${file}`, () =>
      settledPage(this.#task, statsUrl, expected),
    )
    await this.#save(file, `chromium --headless --screenshot ${statsUrl}`, taken.png)
    const found = shownServers(taken.servers, pool)
    this.check(
      `the page in ${file} shows ${expected || 'no server'}`,
      found === expected,
      found || 'no server',
    )
    return taken.servers
  }

  saveJournal(): Promise<void> {
    const text = `${this.#journal.join('\n')}\n`
    return this.#save(journalName, 'npm run lab -- task', new TextEncoder().encode(text))
  }

  #requireDeclared(file: string): void {
    const { id, files } = this.#step
    if (!files.includes(file)) throw new Error(`step ${id} does not declare ${file}`)
  }

  async #save(file: string, command: string, bytes: Uint8Array): Promise<void> {
    await this.#task.recorder.save(this.#step.id, file, command, bytes)
    this.note('kept', { file, command })
  }
}

/** Returns the page once it shows these servers; after the timeout, as it is. */
async function settledPage({ page, signal }: TaskContext, statsUrl: string, expected: string) {
  let shownPage = await showStatistics(page, statsUrl)
  const isSettled = async () => {
    shownPage = await showStatistics(page, statsUrl)
    return shownServers(shownPage.servers, pool) === expected
  }
  if (shownServers(shownPage.servers, pool) !== expected) {
    const what = `the statistics page to show ${expected || 'no server'}`
    await until(what, isSettled, { everyMs: 100, signal }).catch(() => {})
  }
  return shownPage
}
