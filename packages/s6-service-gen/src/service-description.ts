import { z } from 'zod'
import { ServiceError } from './service-error.js'

/**
 * What s6 takes for a service's name and what cannot be mistaken for anything
 * else: `s6-` is kept for s6's own, and `log` is the logger's place.
 */
const serviceName = z
  .string()
  .regex(
    /^(?!s6-|s6rc-|log$)[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/,
    'wanted up to 64 of the characters A-Z a-z 0-9 _ -, not log and nothing that begins with s6- or s6rc-',
  )

const script = z.string().trim().min(1, 'wanted a shell command')

const variableName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'wanted a name of the characters A-Z a-z 0-9 _')

/** `s6-log` takes for a folder what begins with a slash or a dot. */
const logFolder = z
  .string()
  .regex(
    /^(?:[/.]|\$\{[A-Za-z_]\w*\})(?:[A-Za-z0-9_./-]|\$\{[A-Za-z_]\w*\})*$/,
    'wanted a path that begins with / or . or ${NAME}, and may hold ${NAME}',
  )

const serviceSchema = z.strictObject({
  /** Shell commands that become the service; the last one begins with `exec`. */
  run: script,
  /** Services that must be ready before this one starts, and that stop after it. */
  after: z.array(serviceName).default([]),
  /**
   * How the service's readiness shows: it writes a line to a file descriptor,
   * or a shell command succeeds. Without it the service counts as ready at
   * once when it is up.
   */
  ready: z
    .union(
      [
        z.strictObject({ fd: z.number().int().min(3) }),
        z.strictObject({ check: script, everyMs: z.number().int().min(1).default(50) }),
      ],
      'wanted either fd, or check with perhaps everyMs',
    )
    .optional(),
  environment: z.record(variableName, z.string()).default({}),
  /** The signal that asks the service to stop. */
  stopSignal: z.enum(['TERM', 'INT', 'QUIT', 'HUP', 'USR1', 'USR2']).default('TERM'),
  /** How long it may take to stop before it is killed. */
  stopTimeoutMs: z.number().int().min(1).default(10_000),
  /** Folder that its output is logged to; may name environment variables. */
  log: logFolder.optional(),
})

const servicesSchema = z.record(serviceName, serviceSchema)

/** One supervised process, with all defaults filled in. */
export type Service = Readonly<z.output<typeof serviceSchema>>

/** The services of one supervision tree, by name. */
export type Services = Readonly<Record<string, Service>>

/**
 * Checks a description and fills in its defaults.
 *
 * @throws ServiceError `invalid-description`, `unknown-dependency` or
 * `dependency-cycle`, with the service, the field, what was found and what
 * was wanted.
 */
export function parseServices(input: unknown): Services {
  const result = servicesSchema.safeParse(input, { reportInput: true })
  if (!result.success) {
    throw new ServiceError('invalid-description', result.error.issues.map(faultOf).join('\n'))
  }
  const services = result.data
  for (const [name, { after }] of Object.entries(services)) {
    for (const dependency of after) {
      if (Object.hasOwn(services, dependency)) continue
      throw new ServiceError(
        'unknown-dependency',
        `service ${name}, after: found ${dependency}, wanted one of: ${Object.keys(services).join(', ')}`,
      )
    }
  }
  return services
}

function faultOf(issue: z.core.$ZodIssue): string {
  const [service, ...field] = issue.path.map(String)
  const words = [service === undefined ? 'the services' : `service ${service}`, field.join('.')]
  // What is wrong with a key is one level below.
  const message = (issue.code === 'invalid_key' && issue.issues[0]?.message) || issue.message
  const found = (JSON.stringify(issue.input) ?? 'nothing').slice(0, 100)
  return `${words.filter(word => word !== '').join(', ')}: ${message}, found ${found}`
}
