import { balancersPolicySchema } from 'haproxy-config-render/schema'
import * as z from 'zod'
import { milliseconds } from './haproxy-schema.js'

/** A path in the characters that keepalived reads as one word. */
const wordPath = z
  .string()
  .regex(/^[\w.+@/-]{1,255}$/, 'expected a path of the characters A-Z a-z 0-9 _ . + @ / -')

const keepalivedSchema = z.strictObject({
  address: z
    .string()
    .regex(
      /^[0-9A-Fa-f.:]{2,45}\/\d{1,3}$/,
      'expected an address and the length of its network, as in 10.0.0.100/24',
    )
    .meta({
      description: 'The address that one of the balancers has, with the length of its network',
      examples: ['10.0.0.100/24'],
    }),
  interface: z
    .string()
    .regex(/^[\w.@-]{1,15}$/, 'expected the name of a network interface')
    .meta({ description: 'Network interface that gets the address', examples: ['eth0'] }),
  file: wordPath.prefault('/etc/keepalived/keepalived.conf').meta({
    description: 'The configuration of keepalived; the agent overwrites it',
    examples: ['/etc/keepalived/keepalived.conf'],
  }),
  pidFile: wordPath
    .prefault('/run/keepalived.pid')
    .describe('File with the process id of keepalived, which gets SIGHUP after a change'),
  binary: z.string().default('keepalived').describe('The program that checks the configuration'),
  template: z
    .string()
    .optional()
    .meta({
      description: 'File with a Handlebars template; by default the built-in template',
      examples: ['keepalived.conf.hbs'],
    }),
  routerId: z
    .number()
    .int()
    .min(1)
    .max(255)
    .default(51)
    .describe(
      'Number of the group in VRRP: the same on all balancers, and no other on the network',
    ),
  advertMs: milliseconds(10)
    .max(40_000)
    .multipleOf(10)
    .default(100)
    .describe(
      'Interval at which the holder announces itself; without it for about 3.5 times, another takes over',
    ),
  priority: z
    .number()
    .int()
    .min(110)
    .max(250)
    .default(150)
    .describe(
      'Of two balancers that work, the one with the higher priority takes the address; with the same it stays where it is',
    ),
})

/** The schema of the balancers: the members, and the address that one of them has. */
export const balancersSchema = balancersPolicySchema.extend({
  keepalived: keepalivedSchema.optional().meta({
    description:
      'The keepalived that gives one of the balancers an address; without it there is none',
    examples: [{ address: '10.0.0.100/24', interface: 'eth0' }],
  }),
})

/** The settings of keepalived. */
export type KeepalivedSettings = Readonly<z.infer<typeof keepalivedSchema>>
