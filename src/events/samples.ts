/** An event that somebody should hear of, as CloudTrail writes it and as EventBridge sends it. */
export interface Sample {
  /** In a sentence: `a call that was denied`. */
  what: string
  /** The record that a trail writes; absent for events that CloudTrail does not have. */
  record?: Record<string, unknown>
  /** Every form in which EventBridge sends it; any of them will do. */
  events: Record<string, unknown>[]
}

export interface Place {
  account: string
  region: string
}

const time = '2026-01-02T03:04:05Z'
const digest = `sha256:${'0'.repeat(64)}`
const repository = 'team/app'

/** An API call (ecr-facts 5.2). `denied` is the error code that it ended with. */
export function apiCall(
  place: Place,
  what: string,
  call: { name: string; service?: string; denied?: string },
): Sample {
  const { name, service = 'ecr', denied } = call
  const arn = `arn:aws:sts::${place.account}:assumed-role/dev/session`
  const record = {
    eventVersion: '1.11',
    userIdentity: { type: 'AssumedRole', principalId: 'AROAEXAMPLE:session', arn, accountId: place.account },
    eventTime: time,
    eventSource: `${service}.amazonaws.com`,
    eventName: name,
    awsRegion: place.region,
    sourceIPAddress: '203.0.113.12',
    userAgent: 'aws-cli/2',
    ...(denied && {
      errorCode: denied,
      errorMessage: `User: ${arn} is not authorized to perform: ${service}:${name}`,
    }),
    requestParameters: denied ? null : { repositoryName: repository, registryId: place.account },
    responseElements: null,
    requestID: '00000000-0000-0000-0000-000000000001',
    eventID: '00000000-0000-0000-0000-000000000002',
    readOnly: /^(Get|List|Describe|BatchGet|BatchCheck)/.test(name),
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: place.account,
    eventCategory: 'Management',
  }
  const viaTrail = envelope(place, {
    source: `aws.${service}`,
    type: 'AWS API Call via CloudTrail',
    detail: record,
  })
  return { what, record, events: [viaTrail] }
}

/** Of DeleteRepository and BatchDeleteImage; ECR itself sends an event for each image. */
export function imageDeleted(place: Place): Sample {
  const call = apiCall(place, 'deleted images', { name: 'BatchDeleteImage' })
  const detail = {
    result: 'SUCCESS',
    'repository-name': repository,
    'image-digest': digest,
    'action-type': 'DELETE',
    'image-tag': 'v1',
  }
  return {
    ...call,
    events: [...call.events, envelope(place, { source: 'aws.ecr', type: 'ECR Image Action', detail })],
  }
}

/** Serious findings after a scan, as basic or enhanced scanning reports them (ecr-facts 5.1). */
export function seriousFindings(place: Place, scanType: 'BASIC' | 'ENHANCED'): Sample {
  const what = 'serious findings of a scan'
  const counts = { CRITICAL: 2, HIGH: 3, MEDIUM: 9 }
  const arn = `arn:aws:ecr:${place.region}:${place.account}:repository/${repository}`
  if (scanType === 'BASIC') {
    const detail = {
      'scan-status': 'COMPLETE',
      'repository-name': repository,
      'finding-severity-counts': counts,
      'image-digest': digest,
      'image-tags': ['v1'],
    }
    return {
      what,
      events: [
        { ...envelope(place, { source: 'aws.ecr', type: 'ECR Image Scan', detail }), resources: [arn] },
      ],
    }
  }
  const scan = {
    'scan-status': 'INITIAL_SCAN_COMPLETE',
    'repository-name': arn,
    'finding-severity-counts': { ...counts, TOTAL: 14 },
    'image-digest': digest,
    'image-tags': ['v1'],
  }
  const finding = {
    awsAccountId: place.account,
    severity: 'CRITICAL',
    status: 'ACTIVE',
    type: 'PACKAGE_VULNERABILITY',
    resources: [{ type: 'AWS_ECR_CONTAINER_IMAGE', id: `${arn}/${digest}` }],
  }
  const source = 'aws.inspector2'
  return {
    what,
    events: [
      envelope(place, { source, type: 'Inspector2 Finding', detail: finding }),
      envelope(place, { source, type: 'Inspector2 Scan', detail: scan }),
    ],
  }
}

function envelope(
  { account, region }: Place,
  { source, type, detail }: { source: string; type: string; detail: Record<string, unknown> },
): Record<string, unknown> {
  const id = '00000000-0000-0000-0000-000000000003'
  return { version: '0', id, 'detail-type': type, source, account, time, region, resources: [], detail }
}
