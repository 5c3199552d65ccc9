/**
 * An OCSF 1.5.0 Compliance Finding (class 2003, profile cloud) as far as Holdfast writes it, in our own words after the
 * published schema: names, types, required attributes and allowed numbers are OCSF's, other attributes are refused.
 */
const text = { type: 'string' }
const filled = { type: 'string', minLength: 1 }
const time = { type: 'integer', minimum: 0 }
const texts = { type: 'array', items: text }

function object(properties: Record<string, object>, required: string[] = []) {
  return { type: 'object', additionalProperties: false, properties, required }
}

const metadata = object(
  {
    version: { const: '1.5.0' },
    product: object({ name: filled, vendor_name: filled, version: filled }, ['vendor_name']),
    profiles: { type: 'array', items: { const: 'cloud' } },
    labels: texts,
  },
  ['version', 'product'],
)

const compliance = object(
  {
    control: filled,
    standards: { ...texts, minItems: 1 },
    requirements: texts,
    status_id: { enum: [0, 1, 2, 3, 99] },
    status: filled,
    status_detail: text,
  },
  ['standards'],
)

const findingInfo = object(
  {
    uid: filled,
    title: text,
    desc: text,
    created_time: time,
    analytic: object({ type_id: { enum: [0, 1, 2, 3, 4, 99] }, type: text, uid: text, name: text }, [
      'type_id',
    ]),
  },
  ['uid', 'title'],
)

const resource = object({ uid: text, name: text, type: filled, region: text, cloud_partition: text })

const cloud = object(
  { provider: filled, account: object({ uid: filled, type: text, type_id: { const: 10 } }), region: text },
  ['provider'],
)

export const ocsfSchema = {
  type: 'array',
  items: object(
    {
      category_uid: { const: 2 },
      category_name: { const: 'Findings' },
      class_uid: { const: 2003 },
      class_name: { const: 'Compliance Finding' },
      activity_id: { enum: [0, 1, 2, 3, 99] },
      activity_name: filled,
      type_uid: { enum: [200300, 200301, 200302, 200303, 200399] },
      type_name: filled,
      time,
      severity_id: { enum: [0, 1, 2, 3, 4, 5, 6, 99] },
      severity: filled,
      status_id: { enum: [0, 1, 2, 3, 4, 5, 6, 99] },
      status: filled,
      comment: text,
      message: text,
      metadata,
      cloud,
      finding_info: findingInfo,
      compliance,
      remediation: object({ desc: filled }, ['desc']),
      resources: { type: 'array', minItems: 1, items: resource },
      unmapped: { type: 'object' },
    },
    [
      'category_uid',
      'class_uid',
      'activity_id',
      'type_uid',
      'time',
      'severity_id',
      'metadata',
      'finding_info',
      'compliance',
      // Required by the profile cloud.
      'cloud',
    ],
  ),
}
