/**
 * The AWS Security Finding Format as far as Holdfast writes it, by hand after AWS's description of it: required
 * fields, allowed words and longest texts. Other fields are refused.
 */
const text = (maxLength: number) => ({ type: 'string', minLength: 1, maxLength })
const time = { type: 'string', format: 'date-time' }
const account = { type: 'string', pattern: '^\\d{12}$' }

function object(properties: Record<string, object>, required = Object.keys(properties)) {
  return { type: 'object', additionalProperties: false, properties, required }
}

const resource = object({
  Type: { type: 'string', pattern: '^(Aws[A-Za-z0-9]+|Other)$' },
  Id: text(512),
  Partition: { enum: ['aws', 'aws-cn', 'aws-us-gov'] },
  Region: text(64),
})

export const asffSchema = {
  type: 'array',
  items: object(
    {
      SchemaVersion: { const: '2018-10-08' },
      Id: text(512),
      ProductArn: {
        type: 'string',
        pattern: '^arn:[^:]*:securityhub:[^:]+:\\d{12}:product/\\d{12}/default$',
      },
      ProductName: text(128),
      CompanyName: text(128),
      GeneratorId: text(512),
      AwsAccountId: account,
      Types: { type: 'array', minItems: 1, maxItems: 50, items: text(256) },
      FirstObservedAt: time,
      LastObservedAt: time,
      CreatedAt: time,
      UpdatedAt: time,
      Severity: object({
        Label: { enum: ['INFORMATIONAL', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL'] },
        Original: text(64),
      }),
      Title: text(256),
      Description: text(1024),
      Remediation: object({ Recommendation: object({ Text: text(512) }) }),
      Resources: { type: 'array', minItems: 1, maxItems: 32, items: resource },
      Compliance: object(
        {
          Status: { enum: ['PASSED', 'FAILED', 'WARNING', 'NOT_AVAILABLE'] },
          SecurityControlId: text(64),
          RelatedRequirements: { type: 'array', minItems: 1, maxItems: 32, items: text(64) },
        },
        ['Status'],
      ),
      Workflow: object({ Status: { enum: ['NEW', 'NOTIFIED', 'RESOLVED', 'SUPPRESSED'] } }),
      Note: object({ Text: text(512), UpdatedBy: text(512), UpdatedAt: time }),
      RecordState: { enum: ['ACTIVE', 'ARCHIVED'] },
      Sample: { type: 'boolean' },
      ProductFields: { type: 'object', maxProperties: 50, additionalProperties: text(2048) },
    },
    [
      'SchemaVersion',
      'Id',
      'ProductArn',
      'GeneratorId',
      'AwsAccountId',
      'Types',
      'CreatedAt',
      'UpdatedAt',
      'Severity',
      'Title',
      'Description',
      'Resources',
    ],
  ),
}
