import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { z } from 'zod'

/** The folder with the files for Prometheus and Grafana. */
export const monitoringFolder = fileURLToPath(new URL('../../../monitoring/', import.meta.url))

const annotations = z.strictObject({
  summary: z.string().min(1),
  description: z.string().min(1),
  runbook_url: z.url(),
})
const severity = z.enum(['critical', 'warning'])

const rule = z.strictObject({
  alert: z.string().regex(/^SerfHaproxy[A-Z][A-Za-z]+$/),
  expr: z.string().min(1),
  for: z.string().regex(/^\d+[smh]$/),
  labels: z.strictObject({ severity }),
  annotations,
})

const rulesFile = z.strictObject({
  groups: z.tuple([z.strictObject({ name: z.literal('serf-haproxy'), rules: z.array(rule) })]),
})

const unitTest = z.object({
  name: z.string(),
  alert_rule_test: z.array(
    z.strictObject({
      eval_time: z.string(),
      alertname: z.string(),
      exp_alerts: z.array(
        z.strictObject({
          exp_labels: z.object({ severity, instance: z.string() }),
          exp_annotations: annotations,
        }),
      ),
    }),
  ),
})

/** One alert rule. */
export type AlertRule = z.infer<typeof rule>

/** Reads the alert rules. @throws ZodError if a rule lacks a part */
export function alertRules(): readonly AlertRule[] {
  return rulesFile.parse(parse(textOf('serf-haproxy.rules.yml'))).groups[0].rules
}

/** Reads the unit tests of the alert rules. */
export function ruleTests(): readonly z.infer<typeof unitTest>[] {
  const file = z.object({ tests: z.array(unitTest) })
  return file.parse(parse(textOf('serf-haproxy.rules.test.yml'))).tests
}

/** Returns the names of the agent's metrics in an expression, without the suffixes of a histogram. */
export function metricsIn(expression: string): readonly string[] {
  return [...expression.matchAll(/\b(?:serf_haproxy|process)_[a-z_]+/g)].map(([name]) =>
    name.replace(/_(?:bucket|sum|count)$/, ''),
  )
}

/** Returns the text of one of the files. */
export function textOf(name: string): string {
  return readFileSync(`${monitoringFolder}${name}`, 'utf8')
}
