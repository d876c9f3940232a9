/** Makes one call on a session, and sees that its answer is the one that the reference gives. */
import assert from "node:assert/strict";

import type { StoreSession } from "@holdfast/core";

import { agreeOnCounts, agreeOnGet, agreeOnPage, agreeOnWrite, agreeOrFail, failsWith } from "./agree.ts";
import type { SessionCall } from "./call.ts";
import { isQueryable, matching } from "./page-of.ts";
import { Reference } from "./reference.ts";
import { queryError, writeError } from "./refused-input.ts";
import { resolveOp, resolveQuery, resolveWhere } from "./resolve.ts";
import type { Tenant } from "./world.ts";

type Access = "write" | "read";

/** What the work of a transaction throws to have it rolled back. */
class Abandoned extends Error {}

export async function runSessionCall(
  session: StoreSession,
  tenant: Tenant,
  call: SessionCall,
  access: Access = "write",
): Promise<void> {
  const { reference } = tenant;
  switch (call.call) {
    case "write": {
      const ops = call.ops.map((op) => resolveOp(op, reference, tenant.name));
      if (access === "read") return failsWith("STORE_READ_ONLY", session.write(ops));
      return agreeOrFail(writeError(ops), session.write(ops), (answers) => agreeOnWrite(reference, ops, answers));
    }
    case "get":
      return agreeOnGet(reference, call, await session.get(call.type, call.ids));
    case "find": {
      const query = resolveQuery(call.query, reference);
      const error = queryError(query.type, query.where, query.orderBy);
      return agreeOrFail(error, session.find(query), (page) => agreeOnPage(tenant, query, undefined, page));
    }
    case "turn": {
      const known = tenant.tokens[call.token % Math.max(1, tenant.tokens.length)];
      if (known === undefined) return;
      const query = { ...known.query, limit: call.limit };
      const page = await session.find({ ...query, [known.mark.side]: known.token });
      return agreeOnPage(tenant, query, known.mark, page);
    }
    case "count": {
      const where = resolveWhere(call.where, reference);
      const rows = matching(reference, call.type, where);
      return agreeOrFail(queryError(call.type, where), session.count(call.type, where), (count) =>
        assert.equal(count, rows.length),
      );
    }
    case "countBy": {
      const { type, field } = call;
      const where = resolveWhere(call.where, reference);
      const error = isQueryable(type, field) ? queryError(type, where) : "FIELD_NOT_INDEXED";
      const rows = matching(reference, type, where);
      return agreeOrFail(error, session.countBy(type, field, where), (counts) => agreeOnCounts(rows, field, counts));
    }
    case "transaction":
      return runTransaction(session, tenant, call, access);
    default:
      return call satisfies never;
  }
}

async function runTransaction(
  session: StoreSession,
  tenant: Tenant,
  { calls, ends, readOnly }: Extract<SessionCall, { call: "transaction" }>,
  access: Access,
): Promise<void> {
  const before = new Reference(tenant.reference);
  const abandoned = new Abandoned();
  const work = async (inner: StoreSession): Promise<string> => {
    // The work may run more than once: each time from what was there at first.
    tenant.reference = new Reference(before);
    for (const call of calls) await runSessionCall(inner, tenant, call, readOnly ? "read" : access);
    if (ends === "throws") throw abandoned;
    return "committed";
  };
  try {
    assert.equal(await session.transaction(work, { readOnly }), "committed");
    assert.equal(ends, "commits");
  } catch (thrown) {
    if (thrown !== abandoned) throw thrown;
    tenant.reference = before;
  }
}
