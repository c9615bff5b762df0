import { compareFiles } from '../named-files/compare-files.js'
import { stepsFromFindings, withFileSteps } from '../named-files/file-steps.js'
import type { DesiredState } from '../plan/desired-state.js'
import { planWithDifference, type Plan } from '../plan/plan.js'
import { readPresentState, type Knowledge } from './read-present-state.js'
import type { ReconciliationDeps } from './reconciliation-deps.js'

/** The plan of a configuration, and the present state that it begins with. */
export interface Preview {
  /** Steps that `apply` would take. */
  readonly plan: Plan
  /** The running text; undefined if it is not known. */
  readonly text: string | undefined
  /** The files of the configuration as the disk has them; undefined where there is none. */
  readonly files: readonly { readonly path: string; readonly text: string | undefined }[]
}

/** Reads HAProxy and the disk, and returns the plan for a configuration. Changes nothing. */
export async function previewChange(
  deps: ReconciliationDeps,
  { confirmed, loaded }: Knowledge,
  desired: DesiredState,
  signal: AbortSignal,
): Promise<Preview> {
  const { optionsBesideText } = loaded
  // A task that runs meanwhile notes itself what the worker has.
  const asLoaded = {
    optionsBesideText,
    facts: (of: DesiredState) => loaded.facts(of),
    seen() {},
  }
  const known = { confirmed, loaded: asLoaded }
  const running = await readPresentState(deps, known, desired, { now: performance.now(), signal })
  const { runtime, file } = deps
  const { files = [] } = desired
  const confirmedFiles = confirmed?.worker === running.worker ? confirmed.desired.files : undefined
  const findings = await compareFiles({ runtime, disk: file.named }, files, confirmedFiles, signal)
  const steps = withFileSteps(planWithDifference(running, desired), stepsFromFindings(findings))
  return {
    plan: steps.plan,
    text: running.text,
    files: await Promise.all(
      files.map(async ({ path }) => ({ path, text: await file.named.read(path) })),
    ),
  }
}
