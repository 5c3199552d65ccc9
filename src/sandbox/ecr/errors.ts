import { AwsError } from '../http.ts'

/** The wording of ecr-facts 1.7. */
export function invalidParameter(field: string, reason: string): AwsError {
  return new AwsError(
    'InvalidParameterException',
    `Invalid parameter at '${field}' failed to satisfy constraint: '${reason}'`,
  )
}

/** What a member of the wrong JSON type gets, before any rule of the operation is looked at. */
export function wrongType(field: string, wanted: string): AwsError {
  return new AwsError('SerializationException', `The member '${field}' must be a JSON ${wanted}.`)
}

export function limitExceeded(message: string): AwsError {
  return new AwsError('LimitExceededException', message)
}

/** ` in the registry with id '...'`: the end of most messages. */
export function within(repository: string, account: string): string {
  return `the repository with name '${repository}' in the registry with id '${account}'`
}
