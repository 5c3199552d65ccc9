import { Ajv } from 'ajv'
import formats from 'ajv-formats'

const ajv = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true })
formats.default(ajv)

/** What is wrong with the document, as `path message`; empty when it is valid. */
export function violations(schema: object, document: unknown): string[] {
  const validate = ajv.compile(schema)
  if (validate(document)) return []
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
}
