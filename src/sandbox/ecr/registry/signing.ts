import { AwsError } from '../../http.ts'
import type { Registry } from '../../world.ts'
import { invalidParameter } from '../errors.ts'
import { asMembers, needList, needMembers, needText, readList } from '../input/read.ts'
import type { EcrOperation } from '../operation.ts'

const profilePattern = /^arn:aws(-[a-z]+)*:signer:[a-z0-9-]+:[0-9]{12}:\/signing-profiles\/[a-zA-Z0-9_]{2,}$/
const filterPattern = /^(?:[a-z0-9*]+(?:[._-][a-z0-9*]+)*\/)*[a-z0-9*]+(?:[._-][a-z0-9*]+)*$/

/** Stored and never acted upon: nothing here signs (ecr-facts 2.12). */
export const putSigningConfiguration: EcrOperation = ({ registry, input }) => {
  const configuration = needMembers(input, 'signingConfiguration')
  const rules = needList(configuration, 'rules', { max: 10 }).map((value) => readRule(registry, value))
  registry.signing = { rules }
  return { signingConfiguration: registry.signing }
}

export const getSigningConfiguration: EcrOperation = ({ registry }) => needConfiguration(registry)

export const deleteSigningConfiguration: EcrOperation = ({ registry }) => {
  const answer = needConfiguration(registry)
  delete registry.signing
  return answer
}

function needConfiguration(registry: Registry) {
  if (registry.signing !== undefined)
    return { registryId: registry.account, signingConfiguration: registry.signing }
  throw new AwsError(
    'SigningConfigurationNotFoundException',
    `Signing configuration does not exist in the registry with id '${registry.account}'`,
  )
}

function readRule(registry: Registry, value: unknown) {
  const rule = asMembers(value, 'rules')
  const signingProfileArn = needText(rule, 'signingProfileArn', { max: 200, pattern: profilePattern })
  if (signingProfileArn.split(':')[3] !== registry.region)
    throw invalidParameter('signingProfileArn', 'The signing profile must be in the same Region')
  const repositoryFilters = readList(rule, 'repositoryFilters', { min: 1, max: 100 })?.map((each) => {
    const filter = asMembers(each, 'repositoryFilters')
    return {
      filter: needText(filter, 'filter', { min: 1, max: 256, pattern: filterPattern }),
      filterType: needText(filter, 'filterType', { oneOf: ['WILDCARD_MATCH'] }),
    }
  })
  return { signingProfileArn, ...(repositoryFilters && { repositoryFilters }) }
}
