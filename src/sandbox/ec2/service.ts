import type { QueryService } from '../query-service.ts'
import { createVpcEndpoint, deleteVpcEndpoints, modifyVpcEndpoint } from './change-endpoints.ts'
import { describeVpcEndpoints } from './endpoints.ts'
import { knownEc2Operations } from './known-operations.ts'
import { describeRegions, describeVpcs } from './networks.ts'

/** What of EC2 tells how a registry is reached. */
export const ec2Service: QueryService = {
  name: 'ec2',
  namespace: 'http://ec2.amazonaws.com/doc/2016-11-15/',
  style: 'ec2',
  operations: {
    CreateVpcEndpoint: createVpcEndpoint,
    DeleteVpcEndpoints: deleteVpcEndpoints,
    DescribeRegions: describeRegions,
    DescribeVpcEndpoints: describeVpcEndpoints,
    DescribeVpcs: describeVpcs,
    ModifyVpcEndpoint: modifyVpcEndpoint,
  },
  known: knownEc2Operations,
  spelling: {
    AccessDenied: ['UnauthorizedOperation', 403],
    ExpiredToken: ['RequestExpired', 400],
    IncompleteSignature: ['AuthFailure', 401],
    InternalFailure: ['InternalError', 500],
    InvalidClientTokenId: ['AuthFailure', 401],
    MissingAuthenticationToken: ['AuthFailure', 401],
    SignatureDoesNotMatch: ['AuthFailure', 401],
    Throttling: ['RequestLimitExceeded', 503],
  },
}
