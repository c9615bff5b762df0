import * as z from 'zod'

/** A number of milliseconds, at least `min`. */
export const milliseconds = (min: number) => z.number().int().min(min)

const userOrGroup = z.union([z.string().min(1), z.number().int().min(0).max(0xffff_fffe)])

const checkSchema = z
  .strictObject({
    args: z
      .array(z.string())
      .optional()
      .describe('HAProxy’s arguments, such as [-f, haproxy.cfg, -f, conf.d]'),
    env: z
      .record(z.string(), z.string())
      .optional()
      .describe('Variables, in addition to those of the running HAProxy'),
    cwd: z.string().optional().describe('HAProxy’s working folder'),
  })
  .describe(
    'Settings of the check of configurations, for what the agent cannot read from the running HAProxy',
  )

/** The schema of the part about HAProxy. */
export const haproxySchema = z
  .strictObject({
    configFile: z
      .string()
      .describe('The configuration file that HAProxy is started with; the agent overwrites it'),
    fileMode: z
      .enum(['600', '640', '644', '660', '664'])
      .optional()
      .describe(
        'Mode of the configuration file, in quotes; by default the mode that it has, or 600 if it is new',
      ),
    fileOwner: userOrGroup
      .optional()
      .describe(
        'User that owns the configuration file, as name or number; another user than the agent’s needs root',
      ),
    fileGroup: userOrGroup
      .optional()
      .describe(
        'Group of the configuration file, as name or number; a group that the agent’s user is in, or root is needed',
      ),
    runtimeSocket: z
      .string()
      .describe('The stats socket of HAProxy; the default template declares it'),
    runtimeSocketMode: z
      .enum(['600', '660'])
      .default('600')
      .describe(
        'Mode of the stats socket in the default template; 660 where the agent and HAProxy run as different users',
      ),
    masterSocket: z
      .string()
      .optional()
      .describe('The master socket of HAProxy: the path given with -S'),
    reload: z
      .union([z.strictObject({ s6Service: z.string() }), z.strictObject({ pidFile: z.string() })])
      .optional()
      .describe(
        'Reload method without a master socket: an s6 service, or a signal to the process in a pid file',
      ),
    binary: z
      .string()
      .optional()
      .describe(
        'The HAProxy program that checks configurations; by default the running one, or else haproxy on the PATH',
      ),
    check: checkSchema.optional(),
    maxConnections: z
      .number()
      .int()
      .min(1)
      .default(1000)
      .describe('Maximum number of concurrent connections'),
    drainDeadlineMs: milliseconds(0)
      .default(30_000)
      .describe('Time for which a removed server may finish its sessions before they are closed'),
    reloadIntervalMs: milliseconds(0)
      .default(1000)
      .describe('Minimum interval between two reloads; each leaves an old worker'),
    maxOldWorkers: z
      .number()
      .int()
      .min(1)
      .default(16)
      .describe('Number of old workers with unfinished sessions at which reloads wait'),
    verifyTimeoutMs: milliseconds(1)
      .default(5000)
      .describe('Time in which a new worker has to answer after a reload'),
  })
  .superRefine(({ masterSocket, reload }, context) => {
    if (masterSocket !== undefined || reload !== undefined) return
    const message = 'expected masterSocket, or reload with s6Service or pidFile'
    context.addIssue({ code: 'custom', path: ['masterSocket'], message, input: masterSocket })
  })
  .describe('The HAProxy that is kept in sync with the cluster')
