import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { compileTemplate } from '../src/compile-template.js'
import { defaultTemplate } from '../src/default-template.js'
import type { Rendered } from '../src/compile-template.js'
import { parseModel } from '../src/proxy-model.js'

/** A folder of test/cases: a model, perhaps a template, and the text wanted for them. */
export interface Case {
  readonly name: string
  readonly wanted: string
  render(): Rendered
}

const folder = new URL('../../test/cases/', import.meta.url)

/** Every case, by name. */
export function readCases(): Case[] {
  return readdirSync(folder).map(name => {
    const read = (file: string) => readFileSync(new URL(`${name}/${file}`, folder), 'utf8')
    const hasTemplate = existsSync(new URL(`${name}/template.hbs`, folder))
    const template = hasTemplate ? compileTemplate(read('template.hbs')) : defaultTemplate
    return {
      name,
      wanted: read('haproxy.cfg'),
      render: () => template.render(parseModel(JSON.parse(read('model.json')))),
    }
  })
}

/** A model as a user would write it, with one pool of two servers. */
export const smallModel = {
  runtimeSocket: '/run/haproxy.sock',
  maxConnections: 1000,
  frontends: [{ name: 'web', bind: { address: '127.0.0.1', port: 8080 }, pool: 'app' }],
  pools: [
    {
      name: 'app',
      balance: 'roundrobin' as const,
      healthCheck: '/',
      servers: [
        { name: 's1', address: '10.0.0.1', port: 80, weight: 100 },
        { name: 's2', address: '10.0.0.2', port: 80, weight: 100 },
      ],
    },
  ],
}
