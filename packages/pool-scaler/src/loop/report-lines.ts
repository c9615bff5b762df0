import { moment } from 'command-line-program'
import { shownJson, shownText } from '../shown-text.js'
import type { Done, PoolReport, RoundReport } from './round-report.js'

/** Prints the rounds, and repeats nothing that the round before had. */
export class ReportLines {
  readonly #isJson: boolean
  readonly #isDryRun: boolean
  readonly #before = new Map<string, PoolReport>()

  constructor({ isJson, isDryRun }: { readonly isJson: boolean; readonly isDryRun: boolean }) {
    this.#isJson = isJson
    this.#isDryRun = isDryRun
  }

  /** Returns the lines of a round: one for each pool in JSON, one for each fact otherwise. */
  next({ at, pools }: RoundReport): readonly string[] {
    return pools.flatMap(pool => {
      const before = this.#before.get(pool.pool)
      this.#before.set(pool.pool, pool)
      if (this.#isJson) {
        const isEqual = before && JSON.stringify(before) === JSON.stringify(pool)
        const isDryRun = this.#isDryRun && { dryRun: true }
        return isEqual ? [] : shownJson({ at: new Date(at).toISOString(), ...pool, ...isDryRun })
      }
      const head = `${moment(at)} ${pool.pool}: `
      return this.#facts(pool, before).map(fact => shownText(head + fact))
    })
  }

  #facts(pool: PoolReport, before: PoolReport | undefined): readonly string[] {
    const { doubt, wanted, healthy, actions, failures, waits } = pool
    if (doubt !== undefined) return doubt === before?.doubt ? [] : [`nothing is decided: ${doubt}`]
    const isSame = before?.wanted === wanted && before?.healthy === healthy
    return [
      ...failures.map(failure => `failure: ${failure}`),
      ...(isSame ? [] : [`${healthy} of ${wanted} serve`]),
      ...actions.map(action => this.#order(action)),
      ...waits.filter(wait => !before?.waits.includes(wait)),
    ]
  }

  #order(action: Done): string {
    const member = action.kind === 'start' ? '' : ` ${action.member}`
    const would = this.#isDryRun ? 'would ' : ''
    const error = action.error === undefined ? '' : `; failure: ${action.error}`
    return `${would}${action.kind}${member}: ${action.reason}${error}`
  }
}
