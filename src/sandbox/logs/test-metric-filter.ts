import { AwsError } from '../http.ts'
import { invalid, needTexts, readText } from '../neighbour/input.ts'
import type { NeighbourCall } from '../neighbour/service.ts'
import { compilePattern } from './pattern/compile.ts'

/** Which of the messages a pattern takes; nothing is stored. Patterns for lines of words are not simulated. */
export function testMetricFilter(call: NeighbourCall): Record<string, unknown> {
  const pattern = readText(call, 'filterPattern')
  if (pattern === undefined) throw invalid(call, 'filterPattern', 'must not be null')
  const messages = needTexts(call, 'logEventMessages', 50)
  if (messages.includes('')) throw invalid(call, 'logEventMessages', 'must have length of at least 1')
  const matcher = compilePattern(pattern)
  if (matcher === 'words') {
    const text = 'logs: TestMetricFilter with a pattern for words in brackets is not simulated.'
    throw new AwsError('NotImplementedInSandbox', text, { status: 501 })
  }
  const matches = messages.flatMap((eventMessage, at) => {
    const extractedValues = matcher(eventMessage)
    return extractedValues ? [{ eventNumber: at + 1, eventMessage, extractedValues }] : []
  })
  return { matches }
}
