import type { Plan } from './plan.js'

/** How applying a configuration ended. None of these is an error of the program. */
export type Outcome =
  | {
      /** HAProxy ran this already. */
      readonly kind: 'unchanged'
      readonly plan: Plan
    }
  | {
      /** HAProxy runs it now, and the file says the same. */
      readonly kind: 'applied'
      readonly via: 'runtime' | 'reload'
      /**
       * Its number, from 1. It is that of the generation before where the text
       * is the same: what others changed was put right.
       */
      readonly generation: number
      readonly plan: Plan
      /** From the call until HAProxy had the change, in milliseconds. */
      readonly tookMs: number
    }
  | {
      /** HAProxy refuses this configuration; the old one goes on, file included. */
      readonly kind: 'rejected'
      readonly report: string
      /** The line at fault, from 1, and the server on it, where they are known. */
      readonly line?: number
      readonly server?: string
    }
  | {
      /** The reload failed; the last good file is back, and HAProxy goes on with it. */
      readonly kind: 'rolled-back'
      readonly cause: string
    }
  | {
      /**
       * HAProxy is away, and the file holds the configuration for when it starts;
       * or too many old workers are left for another reload. It is tried again.
       */
      readonly kind: 'deferred'
      readonly cause: string
    }
  | {
      /** A newer configuration came before this one was begun. */
      readonly kind: 'superseded'
    }
