import { isSameFiles } from '../plan/desired-file.js'
import type { DesiredState } from '../plan/desired-state.js'
import type { Outcome } from '../plan/outcome.js'
import { differenceInText } from '../plan/text-difference.js'

/** A refusal of a text, with the files that it names. */
interface Refusal extends Pick<DesiredState, 'text' | 'files'> {
  readonly outcome: Outcome
  /** True if the text would be refused with any other managed servers too. */
  readonly isForAnyServers: boolean
}

/** The last text, with the files that it names, that HAProxy rejected or failed to load. */
export interface RefusalMemory {
  /** Returns the outcome of a text that was refused a short while ago, without another check or reload. */
  outcomeOf(desired: DesiredState, now: number): Outcome | undefined
  /** Remembers a refusal. */
  remember(refusal: Refusal, now: number): void
  /** Drops the refusal. */
  forget(): void
}

/** A refused text may be accepted later: a port becomes free, a certificate is installed. */
const retryRefusedAfterMs = 30_000

/** Creates a memory of one text; `now` is milliseconds of any one clock. */
export function createRefusalMemory(): RefusalMemory {
  let refused: (Refusal & { readonly until: number }) | undefined
  return {
    outcomeOf: (desired, now) =>
      refused && now < refused.until && isRefused(refused, desired) ? refused.outcome : undefined,
    remember(refusal, now) {
      refused = { ...refusal, until: now + retryRefusedAfterMs }
    },
    forget() {
      refused = undefined
    },
  }
}

function isRefused({ text, files, isForAnyServers }: Refusal, desired: DesiredState): boolean {
  if (!isSameFiles(files, desired.files)) return false
  if (text === desired.text) return true
  return isForAnyServers && !('reload' in differenceInText(text, desired))
}
