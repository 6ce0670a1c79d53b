import type { Reconciliation } from "../measurement/measurement.ts";
import type { AnsweredBy } from "../workload/ledger-entry.ts";
import { inSeconds } from "./in-seconds.ts";

export const lostWritesFileName = "lost-writes.csv";

const header = "store,id,stream,writer,payload_md5,sent_at_seconds,answered_at_seconds,node,timeline,xid";

/** Every acknowledged write that is gone, as CSV (RFC 4180 but for its line feeds); undefined where none is. */
export function renderLostWrites(reconciliations: readonly Reconciliation[]): string | undefined {
  const rows = reconciliations.flatMap(({ store, lost }) =>
    lost.map(({ id, stream, writer, payloadHash, sentAt, answeredAt, answeredBy }) =>
      [
        store,
        id,
        stream,
        writer,
        payloadHash,
        inSeconds(sentAt),
        inSeconds(answeredAt),
        answeredBy?.node ?? "",
        answeredBy?.timeline ?? "",
        answeredBy?.xid ?? "",
      ]
        .map(csvField)
        .join(","),
    ),
  );
  return rows.length === 0 ? undefined : `${[header, ...rows].join("\n")}\n`;
}

/** `postgres, timeline 1, transaction 812` */
export function describeAnsweredBy(answeredBy: AnsweredBy | undefined): string | null {
  if (answeredBy === undefined) return null;
  const { node, timeline, xid } = answeredBy;
  return [
    node,
    ...(timeline === undefined ? [] : [`timeline ${String(timeline)}`]),
    ...(xid === undefined ? [] : [`transaction ${xid}`]),
  ].join(", ");
}

function csvField(value: string | number): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
