import { describeAnyLoads, describeOrderlyLoads } from './held-to-model.ts'

describeAnyLoads('pglite')
describeOrderlyLoads('pglite')
