import type { Page } from 'playwright-core'
import { createLab, type NodeEngine, pool, type Stage, until } from 'serf-haproxy-lab'
import type { Check } from '../evidence/manifest.js'
import type { Recorder } from '../evidence/recorder.js'
import { showStatistics, type ShownServer } from '../evidence/statistics-page.js'
import type { ProgressReporter } from '../progress-reporter.js'
import type { StepContext, Step } from './task.js'

/** The name of the journal that every step leaves. */
export const journalName = 'journal.jsonl'

/** What runs a task's steps. */
export interface TaskContext {
  readonly engineFor: (stage: Stage) => NodeEngine
  readonly page: Page
  readonly recorder: Recorder
  readonly reporter: ProgressReporter
  readonly signal: AbortSignal
}

/** A step's context, and what the step came to. */
export function createStepContext(
  step: Step,
  { engineFor, page, recorder, reporter, signal }: TaskContext,
): { context: StepContext; checks: readonly Check[]; saveJournal: () => Promise<void> } {
  const engine = engineFor(step.stage)
  const isKept = recorder.isKept(step.id)
  const checks: Check[] = []
  const journal: string[] = []
  const note = (kind: string, facts: object) =>
    void journal.push(JSON.stringify({ at: new Date().toISOString(), kind, ...facts }))
  const save = async (file: string, command: string, bytes: Uint8Array) => {
    await recorder.save(step.id, file, command, bytes)
    note('kept', { file, command })
  }
  const check = (claim: string, holds: boolean, found?: string) => {
    checks.push({ claim, holds, ...(found !== undefined && { found }) })
    note('check', { claim, holds, found })
    if (!isKept) reporter.say(`  ${holds ? '✓' : '✗ FAULT:'} ${claim}${found ? `: ${found}` : ''}`)
  }

  /** The page once it shows these servers; as it is, where it does not come to that. */
  async function settledPage(wanted: string) {
    const { statsUrl } = await engine.endpoints()
    let shownPage = await showStatistics(page, statsUrl)
    const isSettled = async () => {
      shownPage = await showStatistics(page, statsUrl)
      return shown(shownPage.servers) === wanted
    }
    if (shown(shownPage.servers) !== wanted) {
      const what = 'the statistics page to follow'
      await until(isSettled, { what, everyMs: 100, signal }).catch(() => {})
    }
    return shownPage
  }

  const context: StepContext = {
    engine,
    lab: createLab(engine, { signal }),
    signal,
    engineAt: engineFor,
    check,
    note,

    async act(what, action) {
      signal.throwIfAborted()
      const startedAt = performance.now()
      note('command', { what })
      const result = await reporter.during(what, action)
      note('done', { what, tookMs: Math.round(performance.now() - startedAt) })
      return result
    },

    async keep(file, take) {
      if (!step.files.includes(file)) throw new Error(`step ${step.id} does not declare ${file}`)
      if (isKept) return
      const { command, text } = await take()
      await save(file, command, new TextEncoder().encode(text))
    },

    async picture(file, servers) {
      if (!step.files.includes(file)) throw new Error(`step ${step.id} does not declare ${file}`)
      if (isKept) return []
      const wanted = Object.entries(servers)
        .map(([name, state]) => `${name} ${state}`)
        .toSorted()
        .join(', ')
      const taken = await reporter.during(`picture ${file}`, () => settledPage(wanted))
      const { statsUrl } = await engine.endpoints()
      await save(file, `chromium --headless --screenshot ${statsUrl}`, taken.png)
      const found = shown(taken.servers)
      check(
        `the page in ${file} shows ${wanted || 'no server'}`,
        found === wanted,
        found || 'no server',
      )
      return taken.servers
    },
  }
  const saveJournal = () =>
    save(journalName, 'npm run lab -- task', new TextEncoder().encode(`${journal.join('\n')}\n`))
  return { context, checks, saveJournal }
}

/** The pool's servers in the page, by name and state. */
function shown(servers: readonly ShownServer[]): string {
  return servers
    .filter(server => server.pool === pool)
    .map(({ server, state }) => `${server} ${state}`)
    .toSorted()
    .join(', ')
}
