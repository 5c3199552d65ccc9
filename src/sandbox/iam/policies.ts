import { AwsError } from '../http.ts'
import { needText } from '../query-input.ts'
import type { QueryCall } from '../query-service.ts'
import type { Xml } from '../xml.ts'
import { needPolicy, noSuchEntity } from './directory.ts'
import { policyDocument, versionDocument } from './documents.ts'

export function getPolicy({ account, input }: QueryCall): Xml {
  const policy = needPolicy(account, needArn(input))
  return { Policy: policyDocument(account, policy) }
}

export function getPolicyVersion({ account, input }: QueryCall): Xml {
  const policy = needPolicy(account, needArn(input))
  const id = needText(input, 'VersionId')
  const version = policy.versions.find((each) => each.id === id)
  if (version) return { PolicyVersion: versionDocument(policy, version) }
  throw noSuchEntity(`Policy ${policy.arn} version ${id} does not exist or is not attachable.`)
}

function needArn(input: URLSearchParams): string {
  const arn = needText(input, 'PolicyArn')
  if (/^arn:[\w-]+:iam::(aws|\d{12}):policy\/.+$/.test(arn)) return arn
  throw new AwsError('InvalidInput', `ARN ${arn} is not valid.`)
}
