import type { ReportedProblem } from 'haproxy-config-text'
import { compileTemplate } from '../../src/template/compile-template.js'
import { parseModel } from '../../src/model/parse-model.js'

/** Prints each server with a tag that HAProxy may reject. */
export const template = compileTemplate(
  '{{#each pools}}\nbackend {{name}}\n{{#each servers}}\n  server {{name}} {{address}}:{{port}} maxconn {{tags.max}}\n{{/each}}\n{{/each}}\n',
  { name: 'a.hbs' },
)

/** A model in which some servers have a tag that the check rejects. */
export function modelOf(count: number, bad: ReadonlySet<number>, pools = ['app']) {
  const servers = Array.from({ length: count }, (_, i) => ({
    name: `s${i}`,
    address: `10.0.${i >> 8}.${i & 255}`,
    port: 80,
    tags: { max: bad.has(i) ? 'many' : '10' },
  }))
  const all = pools.map(name => ({ name, servers }))
  return parseModel({ runtimeSocket: '/run/x.sock', frontends: [], pools: all })
}

/** HAProxy's answer with these problems. */
export function rejection(problems: readonly Omit<ReportedProblem, 'level'>[]) {
  const report = problems.map(({ message }) => message).join('\n')
  const alerts = problems.map(problem => ({ level: 'alert' as const, ...problem }))
  return { ok: false as const, report, problems: alerts, line: problems[0]?.line }
}
