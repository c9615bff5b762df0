/**
 * Sends a request to the agent and returns the parsed answer.
 *
 * @throws RefusedError with the agent's message if it rejects the request.
 */
export async function askAgent<T>(
  method: 'GET' | 'POST',
  path: string,
  token?: string,
): Promise<T> {
  const headers = token === undefined ? undefined : { authorization: `Bearer ${token}` }
  const response = await fetch(path, { method, ...(headers && { headers }) })
  const answer = (await response.json()) as T & { error?: string }
  if (!response.ok) throw new RefusedError(response.status, answer.error ?? response.statusText)
  return answer
}

/** Error of a request that the agent rejected. */
export class RefusedError extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}
