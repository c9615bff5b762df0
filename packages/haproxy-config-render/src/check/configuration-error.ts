import type { CheckResult, ReportedProblem } from 'haproxy-config-text'
import type { OutputLine } from '../output/output-lines.js'

/** An error that HAProxy reports about a configuration, and its origin. */
export interface ConfigurationError {
  /** HAProxy's words, on one line. */
  readonly message: string
  /** Line of the configuration, from 1, if it is known. */
  readonly line?: number
  /** Name of the template that printed the line, if it is known. */
  readonly template?: string
  /** Line in the template, from 1, if it is known. */
  readonly templateLine?: number
  /** Pool of the server that it is about, if it is about one. */
  readonly pool?: string
  /** Server that it is about, if it is about one. */
  readonly server?: string
}

/** Returns the errors of a failed check, each with the template line and the server behind it. */
export function locateProblems(
  { problems }: Extract<CheckResult, { ok: false }>,
  sourceMap: readonly OutputLine[],
): ConfigurationError[] {
  return problems.map(problem => locate(problem, sourceMap))
}

function locate(
  { message, line, proxy, server }: ReportedProblem,
  sourceMap: readonly OutputLine[],
): ConfigurationError {
  const origin =
    line === undefined
      ? sourceMap.find(
          one => one.server !== undefined && one.server === server && one.pool === proxy,
        )
      : sourceMap[line - 1]
  return {
    message,
    ...(line !== undefined && { line }),
    ...(origin && {
      line: origin.line,
      template: origin.template,
      templateLine: origin.templateLine,
      ...(origin.pool !== undefined && origin.pool !== '' && { pool: origin.pool }),
      ...(origin.server !== undefined && { server: origin.server }),
    }),
  }
}

/** Returns an error as one line for people: the place in the template, the member and HAProxy's words. */
export function describeError({
  message,
  template,
  templateLine,
  server,
}: ConfigurationError): string {
  const place = template === undefined ? '' : `${template}:${templateLine}: `
  const member = server === undefined ? '' : `member ${server}: `
  return `${place}${member}${message}`
}
