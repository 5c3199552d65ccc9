import { type ErrorCode, errorCodes, exit, HoldfastError } from '../../core/errors.ts'
import type { CommandSpec } from '../command.ts'
import { nearest } from '../nearest.ts'

export const explain: CommandSpec = {
  name: 'explain',
  summary: 'Says what a control or an error code means, why it matters and what to do.',
  argument: { spelled: '[topic]', does: 'a control (tag-immutability) or an error code (vault-missing)' },
  options: [],
  examples: [
    { line: 'holdfast explain', does: 'all controls' },
    { line: 'holdfast explain tag-immutability', does: 'one control, with its fixes' },
    { line: 'holdfast explain vault-missing', does: 'one error code' },
  ],
  run: async (context, _options, topic) => {
    const { controls } = await import('../../controls/index.ts')
    if (topic === undefined) {
      const list = controls.map(({ id, title, severity, scope }) => ({ id, title, severity, scope }))
      const { table } = await import('../../report/text.ts')
      const rows = list.map(({ id, title, severity }) => [id, severity, title])
      await context.answer(
        { schema: 'holdfast.controls/1', controls: list },
        () => `${table(rows)}\n\nNext: holdfast explain tag-immutability`,
      )
      return exit.ok
    }
    const control = controls.find(({ id }) => id === topic)
    if (control) {
      const { explainControl } = await import('../../report/explain.ts')
      const { judge: _, ...facts } = control
      await context.answer({ schema: 'holdfast.control/1', ...facts }, () => explainControl(control.id))
      return exit.ok
    }
    const words = errorCodes[topic as ErrorCode]
    if (!words) throw unknownTopic(topic, [...controls.map(({ id }) => id), ...Object.keys(errorCodes)])
    const document = { schema: 'holdfast.error-code/1', code: topic, exitCode: words[0], meaning: words[1] }
    await context.answer(
      document,
      () =>
        `${topic} (exit ${words[0]})\n\n${words[1]}\n\nThe error itself says what to do next. All codes: docs/errors.md`,
    )
    return exit.ok
  },
}

function unknownTopic(topic: string, known: string[]): HoldfastError {
  const close = nearest(topic, known)
  const next = close ? `Did you mean ${close}?` : 'holdfast explain lists the controls.'
  return new HoldfastError('usage', { what: `Nothing is called ${JSON.stringify(topic)}`, next })
}
