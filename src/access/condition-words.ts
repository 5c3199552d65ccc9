/** Operators of IAM, in lower case and without `ForAllValues:` and `IfExists`. */
const operators = new Set(
  `stringequals stringnotequals stringequalsignorecase stringnotequalsignorecase stringlike stringnotlike
   numericequals numericnotequals numericlessthan numericlessthanequals numericgreaterthan
   numericgreaterthanequals dateequals datenotequals datelessthan datelessthanequals dategreaterthan
   dategreaterthanequals bool binaryequals ipaddress notipaddress arnequals arnlike arnnotequals arnnotlike
   null`.split(/\s+/),
)

/** Keys that say nothing of whose account calls, or from whose network: who matches them can be anybody. */
const keys = new Set(
  `aws:assumedroot aws:calledvia aws:calledviafirst aws:calledvialast aws:chatbotsourcearn aws:currenttime
   aws:ec2instancesourceprivateipv4 aws:ec2instancesourcevpc aws:epochtime aws:federatedprovider
   aws:multifactorauthage aws:multifactorauthpresent aws:principalisawsservice aws:principalservicename
   aws:principalservicenameslist aws:principaltype aws:referer aws:requestedregion aws:resourceaccount
   aws:resourceorgid aws:resourceorgpaths aws:securetransport aws:sourceidentity aws:tagkeys
   aws:tokenissuetime aws:useragent aws:username aws:viaawsservice aws:vpcsourceip ecr:accountsetting kms:encryptioncontextkeys
   kms:grantconstrainttype kms:granteeprincipal kms:grantisforawsresource kms:grantoperations kms:keyorigin
   kms:requestalias kms:resourcealiases kms:retiringprincipal kms:viaservice`.split(/\s+/),
)
const tagKeys = /^((aws:(principaltag|requesttag|resourcetag)|ecr:resourcetag)\/|kms:encryptioncontext:)./

/** In every request, so that `IfExists` takes nothing away from a condition on one. */
const alwaysThere = new Set(
  'aws:principalarn aws:principalaccount aws:userid aws:currenttime aws:securetransport'.split(' '),
)

export const isKnownOperator = (name: string): boolean => operators.has(name)
export const isNeutralKey = (key: string): boolean => keys.has(key) || tagKeys.test(key)
export const isAlwaysThere = (key: string): boolean => alwaysThere.has(key)
