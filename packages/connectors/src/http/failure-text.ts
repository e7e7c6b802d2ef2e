/** What a source says about a failure, wherever it puts it: a short text for people, or nothing. */
export function failureText(body: unknown): string {
  const words = typeof body === 'string' ? body : typeof body === 'object' && body !== null ? fromFields(body) : ''
  const text = words.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ').trim()
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}

const fieldNames = ['error', 'code', 'error_description', 'developerMessage', 'message', 'hint', 'detail', 'title']

function fromFields(body: object): string {
  const found = fieldNames.flatMap((name): string[] => {
    const value: unknown = (body as Record<string, unknown>)[name] // any name may be asked of an object
    return typeof value === 'string' || typeof value === 'number' ? [String(value)] : []
  })
  return [...new Set(found)].join(': ')
}
