import { weighted } from './weighted.js'

/** Who works on a ticket, with their shares of it. */
export const teams = [
  ['Cloud - Infrastructure', 0.498],
  ['Cloud - BAU Support', 0.2],
  ['Cloud - Security', 0.12],
  ['Cloud - L2 Escalation', 0.08],
  ['Cloud - L3 Escalation', 0.05],
  ['NOC', 0.052],
] as const
export const teamNames = teams.map(([name]) => name)
export const pickTeam = weighted(teams)

/** What a ticket is about: not who works on it. */
export const pickCategory = weighted([
  ['Alert', 0.61],
  ['Support Tickets', 0.15],
  ['PHI Support Tickets', 0.06],
  ['Incident', 0.06],
  ['Service Request', 0.07],
  ['Standard', 0.03],
  ['Other', 0.02],
])

export const pickRootCause = weighted([
  ['Security', 0.367],
  ['Account', 0.187],
  ['Software', 0.086],
  ['User Modifications', 0.07],
  ['Hosted Service', 0.06],
  ['Misc Help/Assistance', 0.045],
  ['Hardware', 0.04],
  ['Network', 0.035],
  ['--None--', 0.029],
  ['Telephony', 0.013],
  ['Internal', 0.012],
  ['Backup', 0.01],
  ['Email', 0.009],
  ['Printing', 0.007],
  ['Database', 0.006],
  ['Storage', 0.005],
  ['Virtualisation', 0.005],
  ['Patch Management', 0.004],
  ['Certificate', 0.004],
  ['Licensing', 0.003],
  ['Third Party', 0.002],
  ['Monitoring', 0.001],
])

export const pickAlertSeverity = weighted([
  ['Alert', 0.3],
  ['P4', 0.4],
  ['P3', 0.3],
])
export const pickSeverity = weighted([
  ['P3', 0.35],
  ['P4', 0.2],
  ['P2', 0.12],
  ['P1', 0.03],
  ['Medium', 0.15],
  ['Low', 0.1],
  ['High', 0.05],
])

/** How a ticket goes on; some leave a step out, and each has a status that it waits in. */
export const lifecycle = ['Open', 'PendingAssignment', 'In Progress', 'Pending', 'Resolved', 'Closed'] as const

export const accounts = ['Harbour Foods', 'Northline Freight', 'Bluegum Health', 'Kestrel Mining', 'Tidewater Council', 'Southern Cross Legal', 'Wattle & Stone', 'Orchard Street Bank', 'Pelican Insurance', 'Ironbark Energy', 'Café Délice Pty Ltd', 'Meridian Schools'] as const
export const clientNames = ['Monitoring', 'Lena Fischer', 'Tom Ngata', 'Aroha Williams', 'Peter Ryan', 'Sofia Costa', 'Reception', 'Accounts Payable'] as const
export const titles = ['Disk space low on node', 'Mailbox full', 'VPN drops every hour', 'Password reset', 'Backup job failed', 'New starter', 'Certificate expires soon', 'Printer offline', 'Suspicious sign-in', 'Slow file share'] as const
export const descriptions = ['See attached.', 'Raised by monitoring.\nThreshold: 90 %', 'User says: "it worked yesterday"', 'Customer called; wants a call back', 'Bitte prüfen – läuft über', 'Path C:\\temp\\logs\tis full', '<p>Please check</p>'] as const
export const solutions = ['Cleared logs', 'Restarted the service', 'Replaced the disk', 'Reset and confirmed with the user', 'False positive', 'Vendor patch applied'] as const
export const breachReasons = ['Awaiting Customer', 'Awaiting Vendor', 'High Volume', 'After Hours', 'Parts Delayed', 'Wrong Team', 'Major Incident', 'Other'] as const
export const resolutionTypes = ['Fixed', 'Workaround', 'No Fault Found', 'Duplicate', 'Change', 'Information'] as const
export const slaNames = ['Standard 8x5', 'Premium 24x7', 'Business Critical'] as const
export const sources = ['email', 'portal', 'phone'] as const
