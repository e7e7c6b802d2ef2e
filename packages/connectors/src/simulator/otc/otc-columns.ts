import type { OtcView } from '../../otc/otc-view.js'

/** What a column means, whatever it looks like. */
export type OtcKind = 'int' | 'real' | 'text' | 'instant' | 'date' | 'yesNo' | 'hours'

/** A column with its name in the views, and in exports that are older than they. */
export interface OtcColumn {
  readonly name: string
  readonly olderName: string
  readonly kind: OtcKind
}

const column = (kind: OtcKind) => (text: string): OtcColumn => {
  const [name = '', olderName = name] = text.split(' | ')
  return { name, olderName, kind }
}

const kinds: Readonly<Record<string, OtcKind>> = {
  'TKT-Ticket ID': 'int',
  'TKT-Parent ID': 'real',
  'TKT-Created Time': 'instant',
  'TKT-Account Id': 'real',
  'TKT-Assigned To Userid': 'int',
  'TKT-Modified Time': 'instant',
  'TKT-Created By Userid': 'int',
  'TKT-Related CI Ref#': 'real',
  'TKT-Actual Response Date': 'instant',
  'TKT-Actual Resolution Date': 'instant',
  'TKT-Response Met': 'yesNo',
  'TKT-Resolution Met': 'yesNo',
  'TKT-SLA Met': 'yesNo',
  'TKT-Closure Date': 'instant',
  'TKT-SLA Closure Date': 'instant',
  'Chg-Planned Start Date': 'instant',
  'Chg-Planned End Date': 'instant',
  'Chg-Actual Start Date': 'instant',
  'Chg-Actual End Date': 'instant',
  'TS-Date': 'date',
  'TS-Hours': 'hours',
  'TS-Crm ID': 'int',
  'TS-Costcentre ID': 'int',
  'TKTCT-CommentID': 'int',
  'TKTCT-TicketID': 'int',
  'TKTCT-UserID': 'int',
  'TKTCT-Created Time': 'instant',
  'TKTCT-VisibleCustomer': 'yesNo',
}

const names: Readonly<Record<OtcView, string>> = {
  tickets:
    'TKT-Ticket ID, TKT-Parent ID, TKT-Customer Reference, TKT-Created Time, TKT-Month Created, TKT-SLA, TKT-Account Id, TKT-Account Name, TKT-Site Classification, TKT-Site Status, TKT-Selcom Key, TKT-Title, TKT-Description, TKT-Severity, TKT-Status, TKT-Assigned To Userid, TKT-Assigned To User, TKT-Job#/Ref#, TKT-Team, TKT-Modified Time, TKT-Category, TKT-Resolution/Change Type, TKT-Root Cause Category, TKT-Created By Userid, TKT-Created By User, TKT-Client Name, TKT-Ticket Source, TKT-Related CI Ref#, TKT-Related CI, TKT-Actual Response Date, TKT-Actual Resolution Date, TKT-Response Met, TKT-Resolution Met, TKT-SLA Met, TKT-SLA Exempt, TKT-Mitigated Reason, TKT-SLA Clock Status, TKT-SLA Breach Reason, TKT-SLA Breach Comment, TKT-QA Review Completed, TKT-Closure Date, TKT-Month Closed, TKT-Solution, TKT-SLA Closure Date, TKT-SLA Month Closed, TKT-SLA Closed - This Month, TKT-SLA Closed - Last Month, TKT-Actual SLA Achievement, Chg-Risk, Chg-Trigger, Chg-Type, Chg-Planned Start Date, Chg-Planned End Date, Chg-Actual Start Date, Chg-Actual End Date, Chg-Approver, Chg-Success, TKT-Is Template, TKT-Platform, TKT-Group',
  timesheets:
    'TS-User Full Name, TS-User Username, TS-Title, TS-Description, TS-Date, TS-Time From, TS-Time To, TS-Type, TS-Category, TS-Sub Category, TS-Category 2, TS-Hours, TS-Crm ID, TS-Ticket Project Master Code, TS-Costcentre ID, TS-Costcentre Desc, TS-Account Selcom, TS-Account Name, TS-Account Bill State, TS-Account Internal, TS-Ticket Department',
  comments:
    'TKTCT-CommentID | CT-COMMENT-ID, TKTCT-TicketID | CT-TKT-ID, TKTCT-Comment | CT-COMMENT, TKTCT-UserID | CT-USERID, TKTCT-Username | CT-USERIDNAME, TKTCT-OwnerType | CT-OWNERTYPE, TKTCT-Created Time | CT-DATEAMDTIME, TKTCT-VisibleCustomer | CT-VISIBLE-CUSTOMER, TKTCT-Type | CT-TYPE, TKTCT-Team | CT-TKT-TEAM',
}

const columnsOf = (view: OtcView) => names[view].split(', ').map((text) => column(kinds[text.split(' | ')[0] ?? ''] ?? 'text')(text))

/** The columns of each view, in their order: 60, 21 and 10. */
export const otcColumns: Readonly<Record<OtcView, readonly OtcColumn[]>> = { tickets: columnsOf('tickets'), timesheets: columnsOf('timesheets'), comments: columnsOf('comments') }

/** What a value means: a number, a text, yes or no, an instant in microseconds, a day such as 2026-01-05, hours in hundredths; null is nothing. */
export type OtcValue = string | number | boolean | null

/** A row by the names of the view, with what its values mean. */
export type OtcRecord = Readonly<Record<string, OtcValue>>
