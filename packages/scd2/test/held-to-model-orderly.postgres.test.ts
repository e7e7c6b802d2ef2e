import { describeOrderlyLoads } from './held-to-model.ts'

// Beside the other file, so that both run at once.
describeOrderlyLoads('postgres')
