export { compileTemplate } from './template/compile-template.js'
export { defaultTemplate } from './template/default-template.js'
export { buildModel } from './pools/model-from-members.js'
export { lintConfiguration } from './lint/lint-configuration.js'
export { parseModel } from './model/parse-model.js'
export { evaluateSelection } from './pools/select-members.js'
export { poolPolicySchema } from './pools/pool-policy.js'
export { renderWithoutRejected } from './check/render-accepted.js'
export { RenderError } from './render-error.js'
export type {
  Rendered,
  RenderedPool,
  Template,
  TemplateOptions,
} from './template/compile-template.js'
export type { ManagedLine, OutputLine } from './template/assemble-output.js'
export type { ConfigurationFault } from './check/configuration-fault.js'
export type { Finding, LintCode, LintSurroundings } from './lint/lint-rule.js'
export type { Acceptance, Check, Verdict } from './check/render-accepted.js'
export type { Quarantined } from './pools/model-from-members.js'
export type { PoolPolicy, ProxyPolicy } from './pools/pool-policy.js'
export type { SelectionCondition } from './pools/select-members.js'
export type { PoolMember, QuarantineCode } from './pools/server-from-member.js'
export type { Bind, Frontend, Pool, ProxyModel, Route } from './model/proxy-model.js'
export type { Server } from './model/server.js'
export type { RenderedServer } from './template/server-line.js'
export type { RenderErrorCode, RenderErrorFacts, SourcePlace } from './render-error.js'
