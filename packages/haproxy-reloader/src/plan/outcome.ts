import type { Plan } from './plan.js'

/** The result of applying a configuration. None of these is an error of the program. */
export type Outcome =
  | {
      /** HAProxy ran this already. */
      readonly kind: 'unchanged'
      /** Plan, which changed nothing. */
      readonly plan: Plan
    }
  | {
      /** HAProxy runs it now, and the file holds it. */
      readonly kind: 'applied'
      /** The way in which HAProxy got the change. */
      readonly via: 'runtime' | 'reload'
      /**
       * Its number, from 1. If the text is the same as before, the number is too:
       * then drift was corrected.
       */
      readonly generation: number
      /** Plan that was carried out. */
      readonly plan: Plan
      /** Time from the call until HAProxy had the change, in milliseconds. */
      readonly tookMs: number
    }
  | {
      /** HAProxy rejects this configuration; the old one stays, also in the file. */
      readonly kind: 'rejected'
      /** The errors in HAProxy’s words, or the reason why it was not asked. */
      readonly report: string
      /** The first line with an error, from 1, if it is known. */
      readonly line?: number
      /** The server on that line, if it holds one. */
      readonly server?: string
      /** The first line with an error of a file that the configuration names, if one is known. */
      readonly file?: { readonly path: string; readonly line: number }
    }
  | {
      /** The reload failed; the last good configuration is back in the file, and HAProxy runs it. */
      readonly kind: 'rolled-back'
      /** The reason, in words. */
      readonly cause: string
    }
  | {
      /**
       * HAProxy is away, and the file holds the configuration for its next start;
       * or too many old workers are left for another reload. It is retried.
       */
      readonly kind: 'deferred'
      /** The reason, in words. */
      readonly cause: string
    }
  | {
      /** A newer configuration replaced this one before it was started, or while HAProxy was compared with it. */
      readonly kind: 'superseded'
    }
