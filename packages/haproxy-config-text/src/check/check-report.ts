/** A problem that HAProxy reports about a configuration. */
export interface ReportedProblem {
  /** Level that HAProxy gives it; only an alert makes HAProxy reject a file. */
  readonly level: 'alert' | 'warning'
  /** HAProxy's words, on one line. */
  readonly message: string
  /** Line of the checked text, from 1, where HAProxy names one. */
  readonly line?: number
  /** Proxy that it is about, where HAProxy names a server (`server web/s1`). */
  readonly proxy?: string
  /** Server that it is about, where HAProxy names one. */
  readonly server?: string
}

const problem = /^\[(ALERT|WARNING)\]\s*(?:\S+\s*)?\(\d+\)\s*:\s*(.*)$/
const lineInFile = /\[([^\]\n]*):(\d+)\]/
const serverInText = /\bserver '?([A-Za-z0-9_.:-]+)\/([A-Za-z0-9_.:-]+)'?/
/** HAProxy's last alerts only count the ones before. */
const summary = /(?:Error\(s\) found in configuration file|Fatal errors found in configuration)/

/**
 * Parses what `haproxy -c` prints. Alerts come alone where there are any:
 * only they make HAProxy reject a file.
 *
 * @param file - path of the text, where HAProxy loads other files too: lines of those are left out
 */
export function parseCheckReport(report: string, file?: string): ReportedProblem[] {
  const problems = joinedLines(report).flatMap(line => parseProblem(line, file) ?? [])
  const alerts = problems.filter(
    ({ level, message }) => level === 'alert' && !summary.test(message),
  )
  return alerts.length > 0 ? alerts : problems
}

/** A problem may go on over several lines; it becomes one. */
function joinedLines(report: string): string[] {
  const lines: string[] = []
  for (const line of report.split('\n')) {
    if (/^\[[A-Z]+\]/.test(line)) lines.push(line)
    else if (lines.length > 0) lines.push(`${lines.pop()} ${line.trim()}`.trim())
  }
  return lines
}

function parseProblem(line: string, file: string | undefined): ReportedProblem | undefined {
  const [, level, message] = problem.exec(line) ?? []
  if (level === undefined || message === undefined) return undefined
  const [, found, number] = lineInFile.exec(message) ?? []
  const isInText = number !== undefined && (file === undefined || found === file)
  const [, proxy, server] = serverInText.exec(message) ?? []
  return {
    level: level === 'ALERT' ? 'alert' : 'warning',
    message,
    ...(isInText && { line: Number(number) }),
    ...(proxy !== undefined && { proxy }),
    ...(server !== undefined && { server }),
  }
}
