import { z } from 'zod'
import { textOf } from './monitoring-files.js'

const dataSource = z.strictObject({
  type: z.literal('prometheus'),
  uid: z.literal('${datasource}'),
})

const gridPos = z.strictObject({
  x: z.int().min(0).max(23),
  y: z.int().min(0),
  w: z.int().min(1).max(24),
  h: z.int().min(1),
})

const target = z.strictObject({
  refId: z.string().regex(/^[A-Z]$/),
  datasource: dataSource,
  expr: z.string().min(1),
  legendFormat: z.string().min(1),
  instant: z.literal(true).optional(),
})

const row = z.strictObject({
  id: z.int(),
  type: z.literal('row'),
  title: z.string().min(1),
  collapsed: z.literal(false),
  gridPos,
  panels: z.tuple([]),
})

const thresholds = z.strictObject({
  mode: z.literal('absolute'),
  steps: z.array(z.strictObject({ color: z.string(), value: z.number().nullable() })).min(1),
})

const units = z.enum(['none', 'short', 's', 'cps', 'percentunit', 'bytes'])

/** The parts of Grafana's panel model that each panel with queries has. */
const queried = {
  id: z.int(),
  title: z.string().min(1),
  description: z.string().min(1),
  datasource: dataSource,
  gridPos,
  targets: z.array(target).min(1),
}

const stat = z.strictObject({
  ...queried,
  type: z.literal('stat'),
  fieldConfig: z.strictObject({
    defaults: z.strictObject({
      unit: units,
      decimals: z.literal(0).optional(),
      mappings: z.array(
        z.strictObject({
          type: z.literal('value'),
          options: z.record(
            z.string(),
            z.strictObject({ text: z.string(), color: z.string(), index: z.int() }),
          ),
        }),
      ),
      color: z.strictObject({ mode: z.literal('thresholds') }),
      thresholds,
    }),
    overrides: z.tuple([]),
  }),
  options: z.strictObject({
    colorMode: z.literal('background'),
    graphMode: z.literal('none'),
    justifyMode: z.literal('auto'),
    orientation: z.literal('auto'),
    textMode: z.enum(['value_and_name', 'name']),
    reduceOptions: z.strictObject({
      calcs: z.tuple([z.literal('lastNotNull')]),
      fields: z.literal(''),
      values: z.literal(false),
    }),
  }),
})

const timeSeries = z.strictObject({
  ...queried,
  type: z.literal('timeseries'),
  fieldConfig: z.strictObject({
    defaults: z.strictObject({
      unit: units,
      min: z.literal(0),
      color: z.strictObject({ mode: z.literal('palette-classic') }),
      custom: z.strictObject({
        drawStyle: z.literal('line'),
        lineInterpolation: z.enum(['linear', 'stepAfter']),
        lineWidth: z.literal(1),
        fillOpacity: z.int().min(0).max(100),
        showPoints: z.literal('never'),
        spanNulls: z.literal(false),
        stacking: z.strictObject({ mode: z.enum(['none', 'normal']), group: z.literal('A') }),
      }),
    }),
    overrides: z.tuple([]),
  }),
  options: z.strictObject({
    legend: z.strictObject({
      displayMode: z.literal('list'),
      placement: z.literal('bottom'),
      showLegend: z.literal(true),
      calcs: z.tuple([]),
    }),
    tooltip: z.strictObject({ mode: z.literal('multi'), sort: z.literal('desc') }),
  }),
})

const variable = z.object({
  name: z.string().regex(/^[a-z]+$/),
  label: z.string().min(1),
  type: z.enum(['datasource', 'query']),
  multi: z.boolean(),
  includeAll: z.boolean(),
})

/** The parts of Grafana's dashboard model, schema version 38, that the dashboard uses. */
const model = z.strictObject({
  title: z.literal('serf-haproxy'),
  uid: z.string().regex(/^[a-zA-Z0-9_-]{1,40}$/),
  description: z.string().min(1),
  tags: z.array(z.string()),
  schemaVersion: z.literal(38),
  version: z.int(),
  editable: z.boolean(),
  graphTooltip: z.literal(1),
  timezone: z.literal('browser'),
  refresh: z.string(),
  time: z.strictObject({ from: z.string(), to: z.literal('now') }),
  annotations: z.strictObject({ list: z.tuple([]) }),
  links: z.tuple([]),
  templating: z.strictObject({ list: z.array(variable) }),
  panels: z.array(z.discriminatedUnion('type', [row, stat, timeSeries])),
})

/** The dashboard. */
type Dashboard = z.infer<typeof model>

/** A panel with queries. */
export type QueryPanel = Exclude<Dashboard['panels'][number], { type: 'row' }>

/** Reads the dashboard. @throws ZodError if it is not of Grafana's model */
export function readDashboard(): Dashboard {
  return model.parse(JSON.parse(textOf('serf-haproxy.dashboard.json')))
}

/** Returns the panels that have queries. */
export function queryPanels({ panels }: Dashboard): readonly QueryPanel[] {
  return panels.filter((panel): panel is QueryPanel => panel.type !== 'row')
}
