/**
 * SARIF 2.1.0 as far as Holdfast writes it, in our own words after the OASIS standard: names, types, required members
 * and allowed values are those of the published schema, and what we never write is not allowed at all.
 */
const text = { type: 'string' }
const bag = {
  type: 'object',
  properties: { tags: { type: 'array', uniqueItems: true, items: { type: 'string' } } },
}
const index = { type: 'integer', minimum: 0 }
const level = { enum: ['none', 'note', 'warning', 'error'] }
const array = (items: object, more = {}) => ({ type: 'array', items, ...more })
const message = object({ text, markdown: text }, ['text'])

function object(properties: Record<string, object>, required: string[] = []) {
  return { type: 'object', additionalProperties: false, properties, required }
}

const location = object(
  {
    physicalLocation: object(
      {
        artifactLocation: object({ uri: { type: 'string', format: 'uri-reference' } }, ['uri']),
        region: object({ startLine: { type: 'integer', minimum: 1 } }),
      },
      ['artifactLocation'],
    ),
    logicalLocations: array(object({ name: text, fullyQualifiedName: text, kind: text }), {
      uniqueItems: true,
    }),
  },
  // The standard does not demand one; GitHub does.
  ['physicalLocation'],
)

const rule = object(
  {
    id: text,
    name: text,
    shortDescription: message,
    fullDescription: message,
    help: message,
    defaultConfiguration: object({ level }),
    properties: {
      ...bag,
      required: ['security-severity'],
      properties: { ...bag.properties, 'security-severity': { type: 'string', pattern: '^\\d+\\.\\d$' } },
    },
  },
  ['id'],
)

const result = object(
  {
    ruleId: text,
    ruleIndex: index,
    kind: { const: 'fail' },
    level,
    rank: { type: 'number', minimum: 0, maximum: 100 },
    message,
    locations: array(location, { minItems: 1 }),
    partialFingerprints: { type: 'object', additionalProperties: { type: 'string' } },
    suppressions: array(
      object(
        { kind: { enum: ['inSource', 'external'] }, status: { enum: ['accepted'] }, justification: text },
        ['kind'],
      ),
      { uniqueItems: true },
    ),
    properties: bag,
  },
  ['message', 'ruleId', 'ruleIndex', 'locations', 'partialFingerprints'],
)

const reference = object({ id: text, index })
const notification = object(
  {
    level,
    message,
    locations: array(location, { uniqueItems: true }),
    associatedRule: reference,
    descriptor: reference,
  },
  ['message'],
)

const run = object(
  {
    tool: object(
      {
        driver: object(
          { name: text, fullName: text, semanticVersion: text, rules: array(rule, { uniqueItems: true }) },
          ['name'],
        ),
      },
      ['driver'],
    ),
    automationDetails: object({ id: text }),
    invocations: array(
      object(
        {
          executionSuccessful: { type: 'boolean' },
          endTimeUtc: { type: 'string', format: 'date-time' },
          toolExecutionNotifications: array(notification),
        },
        ['executionSuccessful'],
      ),
    ),
    results: array(result),
    columnKind: { enum: ['utf16CodeUnits', 'unicodeCodePoints'] },
    properties: bag,
  },
  ['tool', 'results'],
)

export const sarifSchema = object(
  {
    $schema: { type: 'string', format: 'uri' },
    version: { const: '2.1.0' },
    runs: array(run, { minItems: 1 }),
  },
  ['version', 'runs'],
)
