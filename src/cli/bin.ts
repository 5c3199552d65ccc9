#!/usr/bin/env node
import { processIo } from './process-io.ts'

// The SDK prints seven lines about old Node versions at the first client; `holdfast doctor` says it in one.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true'

const { io, finish } = processIo()
const { main } = await import('./main.ts')
finish(await main(process.argv.slice(2), io))
