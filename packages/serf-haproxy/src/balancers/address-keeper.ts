import { closeSync, constants, openSync, writeSync } from 'node:fs'
import { resolve } from 'node:path'
import type { ProxyModel } from 'haproxy-config-render'
import type { Configuration } from '../configuration/schema.js'
import type { AgentJournal } from '../reporting/agent-journal.js'
import { runTogether } from '../run-together.js'
import { WakeUp } from '../wake-up.js'
import { addressPriority } from './address-priority.js'
import { watchPresence } from './haproxy-presence.js'
import { applyKeepalived } from './keepalived-file.js'
import { keepalivedText, priorityFileOf } from './keepalived-text.js'
import type { Release, ReleaseStep } from './release.js'

/** Interval at which the facts of the record are looked at. */
const lookMs = 200
/** Time until a refused configuration of keepalived is tried again. */
const retryMs = 5000

/** Dependencies of the keeper. */
interface KeeperDeps {
  /** Path of the agent's configuration. */
  readonly file: string | undefined
  /** Takes the error of the last attempt; undefined after a success. */
  readonly disk: { report(place: 'keepalived', error: Error | undefined): void }
}

/** Keeps the configuration of keepalived and this balancer's priority as the agent knows them. */
export class AddressKeeper {
  readonly #journal: AgentJournal
  readonly #report: (error: Error | undefined) => void
  readonly #file: string
  readonly #wakeUp = new WakeUp()
  #isReleased = false
  /** The shared address, with the length of its network. */
  #address: string | undefined
  #isPresent = false
  #priority: number | undefined
  /** The balancers that keepalived knows; undefined if it has to be told. */
  #known: ProxyModel['balancers']
  #retryAt = -Infinity

  constructor(journal: AgentJournal, { file, disk }: KeeperDeps) {
    this.#journal = journal
    this.#file = resolve(file ?? '')
    this.#report = error => disk.report('keepalived', error)
  }

  /**
   * Gives the traffic to another balancer, until the agent ends: it is not ready and applies
   * nothing, and with the step `address` keepalived gives the address up.
   *
   * @returns undefined if no other balancer is alive; then nothing changes
   */
  release(step: ReleaseStep): Release | undefined {
    const { membership, rendering } = this.#journal.record
    const others = (rendering?.model.balancers ?? []).filter(
      ({ name, isSelf }) => !isSelf && membership?.members.get(name)?.status === 'alive',
    )
    if (others.length === 0) return undefined
    this.#journal.dispatch({ kind: 'release' })
    this.#isReleased ||= step === 'address'
    this.#wakeUp.wake()
    const [address] = this.#address?.split('/') ?? []
    return { ...(address !== undefined && { address }), others: others.map(({ name }) => name) }
  }

  /** Runs until the signal aborts. Without settings of keepalived it does nothing. */
  async run(configuration: Configuration, end: AbortSignal): Promise<void> {
    const keepalived = configuration.balancers?.keepalived
    this.#address = keepalived?.address
    if (!keepalived) return
    this.#known = undefined
    this.#priority = undefined
    await runTogether(end, signal => [
      watchPresence(configuration.haproxy.runtimeSocket, found => this.#present(found), signal),
      this.#follow(configuration, signal),
    ])
  }

  #present(isPresent: boolean): void {
    this.#isPresent = isPresent
    this.#wakeUp.wake()
  }

  async #follow(configuration: Configuration, signal: AbortSignal): Promise<void> {
    // The first connection is on its way.
    await this.#wakeUp.sleep(lookMs, signal)
    while (!signal.aborted) {
      try {
        this.#writePriority(configuration.stateFolder)
        await this.#writeKeepalived(configuration)
      } catch (error) {
        this.#retryAt = performance.now() + retryMs
        this.#report(error as Error)
      }
      await this.#wakeUp.sleep(lookMs, signal)
    }
  }

  #writePriority(stateFolder: string): void {
    const { membership, observation } = this.#journal.record
    const isFollowing = membership?.connected === true && observation?.haproxy.reachable !== false
    const facts = { isPresent: this.#isPresent, isFollowing, isReleased: this.#isReleased }
    const priority = addressPriority(facts)
    if (priority === this.#priority) return
    writePriority(priorityFileOf(stateFolder), priority)
    this.#priority = priority
  }

  async #writeKeepalived({ stateFolder, balancers }: Configuration): Promise<void> {
    const model = this.#journal.record.rendering?.model
    const keepalived = balancers?.keepalived
    if (!model?.balancers || !keepalived || model.balancers === this.#known) return
    if (performance.now() < this.#retryAt) return
    const text = keepalivedText(model, { stateFolder, file: this.#file }, keepalived)
    if (text !== undefined) await applyKeepalived(text, keepalived)
    this.#known = model.balancers
    this.#report(undefined)
  }
}

/**
 * Writes the number in place, since keepalived watches the file and not its name. All numbers
 * have one length: a file that is shortened first is 0 for a moment, and keepalived reads it then.
 */
function writePriority(path: string, priority: number): void {
  const file = openSync(path, constants.O_WRONLY | constants.O_CREAT, 0o600)
  try {
    writeSync(file, `${String(priority).padStart(5)}\n`, 0)
  } finally {
    closeSync(file)
  }
}
