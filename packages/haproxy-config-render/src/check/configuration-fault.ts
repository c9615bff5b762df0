import type { OutputLine } from '../template/assemble-output.js'

/** A complaint of HAProxy about a configuration, and where that is from. */
export interface ConfigurationFault {
  /** What HAProxy says, on one line. */
  readonly message: string
  /** Line of the configuration, from 1, where HAProxy names one. */
  readonly line?: number
  /** Template and line that wrote it, where they are known. */
  readonly template?: string
  readonly templateLine?: number
  /** The pool and server that it is about, where it is about one. */
  readonly pool?: string
  readonly server?: string
}

const complaint = /^\[(?:ALERT|WARNING)\]\s*(?:\S+\s*)?\(\d+\)\s*:\s*(.*)$/
const lineInFile = /\[[^\]\n]*:(\d+)\]/
const serverInText = /\bserver '?([A-Za-z0-9_.:-]+)\/([A-Za-z0-9_.:-]+)'?/

/**
 * What `haproxy -c` prints, complaint by complaint, each with the template
 * line and the server behind it. Only alerts make HAProxy refuse a file;
 * warnings are left out where there is an alert.
 */
export function faultsInReport(
  report: string,
  sourceMap: readonly OutputLine[],
): ConfigurationFault[] {
  const lines = complaintsOf(report)
  const alerts = lines.filter(line => line.startsWith('[ALERT]') && !isSummary(line))
  return (alerts.length > 0 ? alerts : lines).map(line => faultOf(line, sourceMap))
}

/** A complaint may go on over several lines; it is told on one. */
function complaintsOf(report: string): string[] {
  const complaints: string[] = []
  for (const line of report.split('\n')) {
    if (/^\[[A-Z]+\]/.test(line)) complaints.push(line)
    else if (complaints.length > 0) complaints.push(`${complaints.pop()} ${line.trim()}`.trim())
  }
  return complaints.filter(line => complaint.test(line))
}

/** HAProxy ends with how many errors there were, and says nothing new. */
function isSummary(line: string): boolean {
  return /(?:Error\(s\) found in configuration file|Fatal errors found in configuration)/.test(line)
}

function faultOf(text: string, sourceMap: readonly OutputLine[]): ConfigurationFault {
  const message = complaint.exec(text)?.[1] ?? text
  const number = lineInFile.exec(message)?.[1]
  const [, pool, server] = serverInText.exec(message) ?? []
  const origin =
    number === undefined
      ? sourceMap.find(
          line => line.server !== undefined && line.server === server && line.pool === pool,
        )
      : sourceMap[Number(number) - 1]
  return {
    message,
    ...(number !== undefined && { line: Number(number) }),
    ...(origin && {
      line: origin.line,
      template: origin.template,
      templateLine: origin.templateLine,
      ...(origin.pool !== undefined && origin.pool !== '' && { pool: origin.pool }),
      ...(origin.server !== undefined && { server: origin.server }),
    }),
  }
}

/** A fault as one line for people: where in the template, because of whom, and what. */
export function describeFault({
  message,
  template,
  templateLine,
  server,
}: ConfigurationFault): string {
  const where = template === undefined ? '' : `${template}:${templateLine}: `
  const who = server === undefined ? '' : `member ${server}: `
  return `${where}${who}${message}`
}
