import type { DesiredState } from '../plan/desired-state.js'
import type { Outcome } from '../plan/outcome.js'
import type { PortCheck, PortProblem } from '../ports/port-check.js'
import type { PacedFile } from '../running/paced-file.js'

/** The ports at which HAProxy cannot listen, and those at which it may not be able to. */
export interface CheckedPorts {
  readonly taken: readonly PortProblem[]
  readonly doubtful: readonly PortProblem[]
}

/** Checks the ports of a text that are in neither the file nor its marker, since HAProxy may have those. */
export async function checkPorts(
  ports: PortCheck,
  file: Pick<PacedFile, 'read' | 'pendingMarker'>,
  { text }: Pick<DesiredState, 'text'>,
  signal: AbortSignal,
): Promise<CheckedPorts> {
  const running = [(await file.read()) ?? '', (await file.pendingMarker())?.lastGood ?? '']
  const problems = await ports.find(text, running, signal)
  return {
    taken: problems.filter(({ isCertain }) => isCertain),
    doubtful: problems.filter(({ isCertain }) => !isCertain),
  }
}

/** Returns the outcome for taken ports; undefined if there are none. */
export function portRejection(taken: readonly PortProblem[]): Outcome | undefined {
  const [first] = taken
  const report = taken.map(({ text }) => text).join('\n')
  return first && { kind: 'rejected', report, line: first.line }
}
