import type { Outcome } from 'haproxy-reloader'
import { AgentError } from '../agent-error.js'
import type { Clock } from '../clock.js'
import { withAccepted } from '../decision/member-memory.js'
import type { AgentJournal } from '../reporting/agent-journal.js'
import { printableName, printableText } from '../printable-name.js'
import type { AgentAction } from '../state/agent-event.js'
import type { OperatorDrains } from '../state/operator-drain.js'
import type { Frozen } from '../state/agent-state.js'
import type { AgentRun } from './agent-run.js'

/** Parts of a run that the controls use. */
export type ControlledRun = Pick<AgentRun, 'running' | 'needRunning' | 'wake' | 'save'>

/** Manual actions on an agent: freeze, thaw, accept, drain, undrain and roll back. */
export class AgentControls {
  readonly #run: ControlledRun
  readonly #journal: AgentJournal
  readonly #clock: Pick<Clock, 'wallTime'>

  constructor(run: ControlledRun, journal: AgentJournal, clock: Pick<Clock, 'wallTime'>) {
    this.#run = run
    this.#journal = journal
    this.#clock = clock
  }

  async freeze(reason?: string): Promise<void> {
    this.#journal.dispatch({ kind: 'freeze', frozen: reason === undefined ? {} : { reason } })
    await this.#save('Frozen until the agent ends')
  }

  async thaw(): Promise<void> {
    this.#restoreMode(undefined)
    this.#run.running?.loop.requestRound('thawed')
    this.#run.wake()
    await this.#save('Following until the agent ends')
  }

  async drain(member: string, reason?: string): Promise<boolean> {
    const { drained, memberStates, membership } = this.#journal.record
    if (!memberStates.has(member) && !membership?.members.has(member)) return false
    const since = drained.get(member)?.since ?? this.#clock.wallTime()
    const drain = { member, since, ...(reason !== undefined && { reason }) }
    await this.#setDrains(
      new Map([...drained, [member, drain]]),
      `${member} drained by an operator`,
    )
    return true
  }

  async undrain(member: string): Promise<boolean> {
    const drained = new Map(this.#journal.record.drained)
    if (!drained.delete(member)) return false
    await this.#setDrains(drained, `${member} no longer drained by an operator`)
    return true
  }

  reportAction(action: AgentAction): void {
    this.#journal.dispatch({
      kind: 'event',
      event: { kind: 'action', ...action, text: actionText(action) },
    })
  }

  acceptRemovals(): boolean {
    const { held, heldChange } = this.#journal.record
    const { running } = this.#run
    if (!running || (!held && !heldChange)) return false
    const { loop } = running
    const removals = [...(held?.removals ?? []), ...(heldChange?.removals ?? [])]
    const names = [...new Set(removals.map(({ member }) => member))]
    const text = `Removals accepted by an operator: ${names.join(', ')}`
    this.#journal.dispatch({ kind: 'event', event: { kind: 'accepted', removals, text } })
    if (held) loop.accept(withAccepted(loop.memory, names))
    if (heldChange && loop.guard.accept()) loop.requestRound('held change accepted by an operator')
    this.#run.wake()
    return true
  }

  async rollback(generation: number): Promise<Outcome> {
    const { reloader } = this.#run.needRunning().pipeline
    const before = this.#journal.record.frozen
    // Frozen first, so that no round applies its own configuration on top.
    const frozen = { reason: `rolled back to generation ${generation}`, generation }
    this.#journal.dispatch({ kind: 'freeze', frozen })
    const outcome = await reloader.restore(generation).catch((error: unknown) => {
      this.#restoreMode(before)
      throw error
    })
    if (outcome.kind === 'rejected' || outcome.kind === 'rolled-back') this.#restoreMode(before)
    const cause = `rollback to ${generation}`
    const result = { outcome, cause, causeKind: 'rollback', reactedInMs: undefined }
    this.#journal.dispatch({ kind: 'outcome', result })
    await this.#run.save()
    return outcome
  }

  /** @throws AgentError `state-folder` if the mode is not on disk */
  async #save(mode: string): Promise<void> {
    const error = await this.#run.save()
    if (!error) return
    const message = `${mode}: ${error.message}; the mode is written as soon as the disk takes it`
    throw new AgentError('state-folder', message, { cause: error })
  }

  async #setDrains(drained: OperatorDrains, cause: string): Promise<void> {
    this.#journal.dispatch({ kind: 'drains', drained })
    this.#run.running?.loop.requestRound(printableText(cause))
    this.#run.wake()
    await this.#save('The drain is in use until the agent ends')
  }

  #restoreMode(frozen: Frozen | undefined): void {
    this.#journal.dispatch({ kind: 'mode-restored', frozen })
  }
}

/** Describes an action on one line; its texts come from clients. */
function actionText({ action, target, reason, by, result }: AgentAction): string {
  const about = target === undefined ? '' : ` ${printableName(target)}`
  const why = reason === undefined ? '' : ` (${printableText(reason)})`
  return `${action}${about}${why} by ${printableText(by)}: ${printableText(result)}`
}
