import * as z from 'zod'
import {
  account,
  commands,
  extraFile,
  extraFileContent,
  limits,
  log,
  milliseconds,
  names,
  script,
  stopSignals,
  variable,
  variableValue,
} from './service-fields.js'
import { serviceName } from './service-name.js'

/** Fields that longruns and oneshots have in common. */
const atomic = {
  /** Services or bundles that must be ready before this one starts, and that stop after it. */
  after: names.default([]),
  environment: z.record(variable, variableValue).default({}),
  /** The user that it runs as; only root can change to another user. */
  user: account.optional(),
  /** Soft limits of its resources. */
  limits: limits.default({}),
}

const longrunSchema = z.strictObject({
  type: z.literal('longrun').default('longrun'),
  /** Shell commands that become the service; the last one begins with `exec`. */
  run: script,
  /** Runs after each end of `run`, with its exit code (256: a signal) and the signal's number. */
  finish: script.optional(),
  ...atomic,
  /**
   * The service's readiness signal: it writes a line to a file descriptor,
   * or a shell command succeeds. Without it the service counts as ready at
   * once when it is up.
   */
  ready: z
    .union(
      [
        z.strictObject({ fd: z.number().int().min(3).max(1023) }),
        z.strictObject({ check: script, everyMs: milliseconds.min(1).default(50) }),
      ],
      'expected either fd, or check with an optional everyMs',
    )
    .optional(),
  /** The restart policy after it ends; at most once a second. */
  restart: z.enum(['always', 'on-failure', 'never']).default('always'),
  /** The limit of restarts: this many deaths within this many seconds. */
  giveUp: z
    .strictObject({
      deaths: z.number().int().min(1).max(4096),
      withinSeconds: z.number().int().min(1).max(86_400),
    })
    .optional(),
  /** The signal that asks the service to stop. */
  stopSignal: z.enum(stopSignals).default('TERM'),
  /** Time that it may take to stop before it is killed. */
  stopTimeoutMs: milliseconds.min(1).default(10_000),
  /** Time that `finish` may take before it is killed; 0: no limit. */
  finishTimeoutMs: milliseconds.default(5000),
  /** The destination of its output. */
  log: log.optional(),
  /** More files of the service directory, below `data/` or `env/`; text that begins with `#!` can be executed. */
  files: z.record(extraFile, extraFileContent).default({}),
})

const consistentLongrun = longrunSchema
  .refine(({ restart, giveUp }) => restart !== 'never' || giveUp === undefined, {
    path: ['giveUp'],
    error: 'expected none with restart: never, which gives up at once',
  })
  .refine(({ ready, files }) => !(ready && 'check' in ready && 'data/check' in files), {
    path: ['files'],
    error: 'expected no data/check with a check, which is written there',
  })

const oneshotSchema = z.strictObject({
  type: z.literal('oneshot').default('oneshot'),
  /** Shell commands that are run once; those that wait for it start when they have succeeded. */
  up: commands,
  /** Shell commands that undo it at the stop. */
  down: commands.optional(),
  ...atomic,
  /** Time that `up` may take before it is killed and has failed; 0: no limit. */
  upTimeoutMs: milliseconds.default(0),
  /** The same for `down`. */
  downTimeoutMs: milliseconds.default(10_000),
})

const bundleSchema = z.strictObject({
  type: z.literal('bundle').default('bundle'),
  /** Services or bundles that this name stands for. */
  contents: names.refine(all => all.length > 0, 'expected at least one service'),
})

const serviceSchema = z.preprocess(
  withType,
  z.discriminatedUnion('type', [consistentLongrun, oneshotSchema, bundleSchema], {
    error: issue =>
      issue.code === 'invalid_union' ? 'expected longrun, oneshot or bundle' : undefined,
  }),
)

/** A description as it is written, with its defaults filled in. */
export const servicesSchema = z.record(serviceName, serviceSchema)

/** A supervised process, with all defaults filled in. @interface */
export type Longrun = Readonly<z.output<typeof longrunSchema>>
/** Commands that run once at the start and are undone at the stop. @interface */
export type Oneshot = Readonly<z.output<typeof oneshotSchema>>
/** A name for several services. @interface */
export type Bundle = Readonly<z.output<typeof bundleSchema>>
/** One entry of a description, with all defaults filled in. */
export type Service = Longrun | Oneshot | Bundle
/** The services of one supervision tree, by name. */
export type Services = Readonly<Record<string, Service>>

/** A description as it is written, in YAML or in a program; fields with a default may be left out. */
export type Description = Readonly<Record<string, LongrunInput | OneshotInput | BundleInput>>

/** A supervised process, as it is written. @interface */
type LongrunInput = z.input<typeof longrunSchema>
/** Commands that run once at the start and are undone at the stop, as they are written. @interface */
type OneshotInput = z.input<typeof oneshotSchema>
/** A name for several services, as it is written. @interface */
type BundleInput = z.input<typeof bundleSchema>

/** Infers the type from fields that only one type has, so that it may be left out. */
function withType(input: unknown): unknown {
  if (typeof input !== 'object' || input === null || 'type' in input) return input
  const type = 'up' in input ? 'oneshot' : 'contents' in input ? 'bundle' : 'longrun'
  return { ...input, type }
}
