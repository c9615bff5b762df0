/**
 * Sends a request to the agent and returns the parsed answer.
 *
 * @throws RefusedError with the agent's message if it rejects the request.
 */
export async function askAgent<T>(
  method: 'GET' | 'POST',
  path: string,
  token?: string,
  operator = '',
): Promise<T> {
  const headers = {
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
    ...(operator !== '' && { 'x-operator': headerText(operator) }),
  }
  const response = await fetch(path, { method, headers })
  const answer = (await response.json()) as T & { error?: string }
  if (!response.ok) throw new RefusedError(response.status, answer.error ?? response.statusText)
  return answer
}

/** Returns a text that a header can have: printable ASCII. */
function headerText(text: string): string {
  return text.replaceAll(/[^\u0020-\u007e]/g, '?')
}

/** Error of a request that the agent rejected. */
export class RefusedError extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}
