import * as z from 'zod'
import { probeSchema } from './probe-schema.js'

/** A number of milliseconds, at least `min`. */
export const milliseconds = (min: number) => z.number().int().min(min)

const userOrGroup = z.union([z.string().min(1), z.number().int().min(0).max(0xffff_fffe)])

const checkSchema = z
  .strictObject({
    args: z
      .array(z.string())
      .optional()
      .meta({
        description: 'HAProxy’s arguments',
        examples: [['-f', 'haproxy.cfg', '-f', 'conf.d']],
      }),
    env: z
      .record(z.string(), z.string())
      .optional()
      .meta({
        description: 'Environment variables, in addition to those of the running HAProxy',
        examples: [{ LOG_TARGET: '/dev/log' }],
      }),
    cwd: z
      .string()
      .optional()
      .meta({ description: 'HAProxy’s working folder', examples: ['/etc/haproxy'] }),
  })
  .describe(
    'Settings of the configuration check that the agent cannot read from the running HAProxy',
  )

const reloadSchema = z.union([
  z.strictObject({
    s6Service: z.string().meta({
      description: 'Service folder of HAProxy under s6',
      examples: ['/run/service/haproxy'],
    }),
  }),
  z.strictObject({
    pidFile: z.string().meta({
      description: 'File with the process id of HAProxy’s master',
      examples: ['/run/haproxy.pid'],
    }),
  }),
])

/** The schema of the part about HAProxy. */
export const haproxySchema = z
  .strictObject({
    configFile: z.string().meta({
      description: 'The configuration file that HAProxy is started with; the agent overwrites it',
      examples: ['/etc/haproxy/haproxy.cfg'],
    }),
    fileMode: z
      .enum(['600', '640', '644', '660', '664'])
      .optional()
      .meta({
        description:
          'Mode of the configuration file, in quotes; by default the mode that it has, or 600 if it is new',
        examples: ['640'],
      }),
    fileOwner: userOrGroup.optional().meta({
      description:
        'User that owns the configuration file, as name or number; another user than the agent’s needs root',
      examples: ['haproxy'],
    }),
    fileGroup: userOrGroup.optional().meta({
      description:
        'Group of the configuration file, as name or number; without root, it must be a group of the agent’s user',
      examples: ['haproxy'],
    }),
    runtimeSocket: z.string().meta({
      description: 'The stats socket of HAProxy; the default template declares it',
      examples: ['/run/haproxy/admin.sock'],
    }),
    runtimeSocketMode: z
      .enum(['600', '660'])
      .default('600')
      .describe(
        'Mode of the stats socket in the default template; 660 if the agent and HAProxy run as different users',
      ),
    masterSocket: z
      .string()
      .optional()
      .meta({
        description: 'The master socket of HAProxy: the path given with -S',
        examples: ['/run/haproxy-master.sock'],
      }),
    reload: reloadSchema.optional().meta({
      description:
        'Reload method without a master socket: an s6 service, or a signal to the process in a pid file',
      examples: [{ pidFile: '/run/haproxy.pid' }],
    }),
    binary: z
      .string()
      .optional()
      .meta({
        description:
          'The HAProxy program that checks configurations; by default the running one, otherwise haproxy on the PATH',
        examples: ['/usr/sbin/haproxy'],
      }),
    check: checkSchema.optional(),
    checkTimeoutMs: milliseconds(1)
      .default(60_000)
      .describe(
        'Time after which a check that does not end is killed, and the configuration that runs is kept',
      ),
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
      .describe(
        'Minimum interval between two reloads, also across changes of the configuration; each reload leaves an old worker',
      ),
    maxOldWorkers: z
      .number()
      .int()
      .min(1)
      .default(16)
      .describe('Number of old workers with unfinished sessions at which reloads wait'),
    verifyTimeoutMs: milliseconds(1)
      .default(5000)
      .describe('Time in which a new worker has to answer after a reload'),
    probe: probeSchema.optional().meta({
      description:
        'A request or connection through HAProxy after each change; if it passed before a reload and fails after it, the reload is rolled back',
      examples: [
        {
          url: 'http://127.0.0.1:8080/health',
          host: 'www.example.org',
          workerHeader: 'x-haproxy-worker',
          statuses: [200],
        },
      ],
    }),
  })
  .superRefine(({ masterSocket, reload }, context) => {
    if (masterSocket !== undefined || reload !== undefined) return
    const message = 'expected masterSocket, or reload with s6Service or pidFile'
    context.addIssue({ code: 'custom', path: ['masterSocket'], message, input: masterSocket })
  })
  .describe('The HAProxy that is kept in sync with the cluster')
