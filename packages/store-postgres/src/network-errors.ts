import type { Meaning } from "./sqlstates.ts";

/** No connection, or none any more: another try may have one. */
const away: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ECONNABORTED",
  "ETIMEDOUT",
  "EPIPE",
  "ENOTCONN",
  "ESHUTDOWN",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EAI_FAIL",
  "EAI_NODATA",
  "EHOSTUNREACH",
  "EHOSTDOWN",
  "ENETUNREACH",
  "ENETDOWN",
  "ENETRESET",
  "EADDRNOTAVAIL",
  "ENOENT",
  "EPROTO",
  "ENOBUFS",
  "ENOMEM",
  "ERR_SOCKET_CLOSED",
  "ERR_STREAM_DESTROYED",
  "ERR_STREAM_WRITE_AFTER_END",
  "ERR_STREAM_PREMATURE_CLOSE",
]);
const crowded: ReadonlySet<string> = new Set(["EMFILE", "ENFILE"]);
const wrong: ReadonlySet<string> = new Set([
  "EACCES",
  "EPERM",
  "EINVAL",
  "EAFNOSUPPORT",
  "ENAMETOOLONG",
  "ENOTSOCK",
  "EAI_NONAME",
]);
/** OpenSSL's words for what it does not accept, as Node.js gives them. */
const untrusted =
  /^(?:ERR_TLS_|ERR_SSL_|ERR_OSSL_|CERT_|CRL_|SELF_SIGNED_|UNABLE_TO_|DEPTH_ZERO_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_)/;

/** By the codes of Node.js's sockets, name look-ups and TLS. */
export function networkMeaning(code: string): Meaning | undefined {
  if (away.has(code)) return { code: "STORE_UNAVAILABLE", message: `the server cannot be reached (${code})` };
  if (crowded.has(code)) return { code: "STORE_BUSY", message: `the process has no file left to open (${code})` };
  if (wrong.has(code)) {
    return { code: "INVALID_CONFIG", message: `there is no server to be had where the URL leads (${code})` };
  }
  if (!untrusted.test(code)) return undefined;
  const cure = "sslrootcert names a file with the certificate of who signed it";
  return { code: "INVALID_CONFIG", message: `the server's certificate is not accepted (${code}); in the URL, ${cure}` };
}

/** By what pg says itself, to which it gives no code. */
export function spokenMeaning(message: string): Meaning | undefined {
  return spoken.find(([pattern]) => pattern.test(message))?.[1];
}

const spoken: readonly (readonly [RegExp, Meaning])[] = [
  [/timeout exceeded when trying to connect/, { code: "STORE_BUSY", message: "all connections are in use" }],
  [/after calling end on the pool/, { code: "STORE_CLOSED", message: "the store is closed" }],
  [
    /does not support SSL/,
    {
      code: "INVALID_CONFIG",
      message:
        "the server does not speak TLS; sslmode=disable in the URL does without, and everybody on the way reads along",
    },
  ],
  [/establishing an SSL connection/, { code: "INVALID_CONFIG", message: "what answers is not a Postgres server" }],
  [/^SASL: .*password must be/, { code: "INVALID_CONFIG", message: "the server asks for a password" }],
  [
    /^SASL: |Unknown authenticationOk message type/,
    { code: "INVALID_CONFIG", message: "the server asks for proof in a way that pg does not know" },
  ],
  [
    /invalid response|Received unexpected/,
    { code: "STORE_UNAVAILABLE", message: "the connection brought what Postgres does not say" },
  ],
  [
    /connection terminated|not queryable|timeout expired|connection timeout|connection ended/i,
    { code: "STORE_UNAVAILABLE", message: "the connection to the server was lost" },
  ],
];
