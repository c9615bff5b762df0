import { parseModel, type ProxyModel, type Rendered, type Template } from 'haproxy-config-render'
import type { Configuration } from '../configuration/schema.js'

type Pool = Configuration['pools'][number]

/**
 * Renders a model with one sample server in each pool, so that a check of the text
 * sees the words of the server lines before there are members.
 */
export function sampleRendering(
  model: ProxyModel,
  { pools }: Pick<Configuration, 'pools'>,
  template: Template,
): Rendered {
  const samples = model.pools.map(pool => {
    const server = pools.find(({ name }) => name === pool.name)?.server
    const sample = { name: 'sample', address: '192.0.2.1', port: 1, options: ownOptions(server) }
    return { ...pool, servers: [sample] }
  })
  return template.render(parseModel({ ...model, pools: samples }))
}

/** Returns the words that each server has for itself, those of tags with their defaults. */
function ownOptions(server: Pool['server'] = {}): string {
  return Object.entries(server)
    .flatMap(([word, value]) => {
      if (word === 'cookie') return 'cookie sample'
      const preset = typeof value === 'object' ? value.default : undefined
      return preset === undefined ? [] : `${word} ${preset}`
    })
    .join(' ')
}
