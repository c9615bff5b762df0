import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { compileTemplate } from '../src/template/compile-template.js'
import { defaultTemplate } from '../src/template/default-template.js'
import { buildModel } from '../src/pools/build-model.js'
import type { Rendered } from '../src/output/rendered.js'
import type { Quarantined } from '../src/model/quarantined.js'
import type { ProxyPolicy } from '../src/pools/pool-policy.js'
import type { ProxyModel } from '../src/model/proxy-model.js'
import { parseModel } from '../src/model/parse-model.js'
import type { PoolMember } from '../src/pools/server-from-member.js'

/** A folder of test/cases: a model, perhaps a template and partials, and the text wanted for them. */
export interface Case {
  readonly name: string
  readonly wanted: string
  readonly model: unknown
  render(): Rendered
  /** For a model that is made of members: the policy, and the members to leave out. */
  readonly fromMembers?: {
    readonly made: { model: ProxyModel; quarantined: Quarantined[] }
    readonly quarantined: unknown
  }
}

const folder = new URL('../../test/cases/', import.meta.url)

/** Every case, by name. */
export function readCases(): Case[] {
  return readdirSync(folder).map(readCase)
}

function readCase(name: string): Case {
  const read = (file: string) => readFileSync(new URL(`${name}/${file}`, folder), 'utf8')
  const has = (file: string) => existsSync(new URL(`${name}/${file}`, folder))
  const data = (file: string): unknown => JSON.parse(read(file))
  const partials = readdirSync(new URL(`${name}/`, folder))
    .filter(file => file.endsWith('.partial.hbs'))
    .map(file => [file.replace('.partial.hbs', ''), read(file)])
  const template = has('template.hbs')
    ? compileTemplate(read('template.hbs'), {
        name: 'template.hbs',
        partials: Object.fromEntries(partials),
      })
    : defaultTemplate
  return {
    name,
    wanted: read('haproxy.cfg'),
    model: data('model.json'),
    render: () => template.render(parseModel(data('model.json'))),
    ...(has('policy.json') && {
      fromMembers: {
        made: buildModel(data('members.json') as PoolMember[], data('policy.json') as ProxyPolicy),
        quarantined: data('quarantined.json'),
      },
    }),
  }
}

/** A checked model, with one pool of two servers. */
export const smallModel = parseModel({
  runtimeSocket: '/run/haproxy.sock',
  frontends: [{ name: 'web', bind: { address: '127.0.0.1', port: 8080 }, pool: 'app' }],
  pools: [
    {
      name: 'app',
      servers: [
        { name: 's1', address: '10.0.0.1', port: 80 },
        { name: 's2', address: '10.0.0.2', port: 80 },
      ],
    },
  ],
})

/** Renders a template of the test with the small model, which gets these values. */
export function renderSource(source: string, values: object = {}): string {
  return compileTemplate(source).render(parseModel({ ...smallModel, values })).text
}
